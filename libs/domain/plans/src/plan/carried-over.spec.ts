import { given, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SubmittedActions } from './plan-rules.js';
import { wholeActions } from './plan-rules.js';
import {
  actionPlanApprovalWithdrawn,
  actionPlanApproved,
  actionPlanReturned,
  actionPlanSubmitted,
  actionPlanVariationSubmitted,
  type PlanEvent,
} from './plan.events.js';
import { action, audit, auditEvent, id, programme, second, submit, submitted } from './plan.fixture.js';
import { plan } from './plan.js';

const officer = person('officer');
const approvedOn = (actions: SubmittedActions): readonly Given<PlanEvent>[] => [
  [submitted(1, actions), { at: '2024-01-01' }],
  [actionPlanApproved({ ...id, version: 1 }), { at: '2024-01-02', by: officer }],
];
const nextEvent = { ...auditEvent, eventId: '5d0e3a53-6d6a-5a53-9a53-0b0e3a536d6a' };
/** The year after: maths is met, research is new, and governors are no group any more. */
const nextAudit = {
  ...audit,
  ...{ event: { ...nextEvent, stream: 'audit-ipswich.124570.2' }, needIds: ['phonics', 'research'] },
  groups: ['early-career-teachers', 'learning-support-staff'],
};
const third = { ...action, actionId: 'research-group', needId: 'research' };
const why = { reason: 'Another year' };
const vary = (actions: SubmittedActions, changes: object = {}) => ({
  type: 'VaryActionPlan' as const,
  data: { ...id, audit: nextAudit, programme, allocated: null, actions, ...why, ...changes },
});
const varied = (actions: SubmittedActions) =>
  actionPlanVariationSubmitted({
    ...{ ...id, version: 2, inForce: 1, ...why, audit: nextAudit.event, actions: wholeActions(actions) },
    totalPence: actions.reduce((sum, { costPence }) => sum + costPence, 0),
  });
const late = { at: '2024-01-06' };
const resubmitted = (version: number) =>
  actionPlanSubmitted({ ...submitted(version, [ofGovernors]).data, audit: nextAudit.event });
const ofGovernors = { ...second, headcountByGroup: [{ group: 'governors', headcount: 6 }] };

describe('an action that is carried over from the version in force', () => {
  it('keeps the need that only the audit before found, beside actions on what this one found', () => {
    const dearer = { ...second, costPence: 100 };
    given(plan, ...approvedOn([action, second]))
      .when(vary([action, dearer, third]))
      .then(varied([action, dearer, third]));
  });

  it('keeps the group that only the instrument before had', () => {
    const fewer = { ...ofGovernors, headcount: 5, headcountByGroup: [{ group: 'governors', headcount: 5 }] };
    given(plan, ...approvedOn([action, ofGovernors]))
      .when(vary([action, fewer, third]))
      .then(varied([action, fewer, third]));
  });

  it('keeps both when the plan is submitted again after its approval was withdrawn, and returned since', () => {
    const withdrawn = actionPlanApprovalWithdrawn({ ...id, version: 1, reason: 'Look again' });
    const history = [...approvedOn([action, ofGovernors]), [withdrawn, { at: '2024-01-03' }]] as const;
    const again = submit({ audit: nextAudit, actions: [ofGovernors] });
    given(plan, ...history)
      .when(again, late)
      .then(resubmitted(2));
    const back = actionPlanReturned({ ...id, version: 2, comments: 'More', actions: [] });
    given(plan, ...history, [submitted(2, [action]), { at: '2024-01-04' }], [back, { at: '2024-01-05' }])
      .when(again, late)
      .then(resubmitted(3));
  });
});

describe('whatever else a version says', () => {
  it.each<[string, SubmittedActions]>([
    ['a new action', [action, second, { ...third, needId: 'maths' }]],
    ['an action tied to another need', [{ ...action, needId: 'maths' }, second]],
  ])('points to what its own audit found: %s', (_, actions) => {
    const refusal = given(plan, ...approvedOn([action, second]))
      .when(vary(actions))
      .thenRefused('PLAN.UNKNOWN_NEED');
    expect(refusal.message).toContain(
      "'maths' is not a need the audit found; it found phonics, research; actions of the version in force may keep a need of its audit: maths-coaching 'maths'",
    );
  });

  it('names groups of its own instrument, and the refusal says what the action may keep', () => {
    const given6 = (group: string) => [{ group, headcount: 6 }];
    const history = approvedOn([action, ofGovernors]);
    const stray = given(plan, ...history)
      .when(vary([{ ...action, headcountByGroup: given6('governors') }, ofGovernors]))
      .thenRefused('PLAN.UNKNOWN_GROUP');
    expect(stray.message).not.toContain('may keep');
    const other = given(plan, ...history)
      .when(vary([{ ...ofGovernors, headcountByGroup: given6('pupils') }]))
      .thenRefused('PLAN.UNKNOWN_GROUP');
    expect(other.message).toContain('as in the version in force, maths-coaching may keep governors');
  });

  it('takes nothing from a version that was never in force', () => {
    const back = actionPlanReturned({ ...id, version: 1, comments: 'More', actions: [] });
    const refusal = given(plan, submitted(), back)
      .when(submit({ audit: nextAudit }))
      .thenRefused('PLAN.UNKNOWN_NEED');
    expect(refusal.message).not.toContain('in force');
  });

  it('is taken just if each action is on a need found now, or tied as it was', () => {
    const needs = ['phonics', 'maths', 'research', 'writing'] as const;
    const ties = fc.uniqueArray(
      fc.record({ actionId: fc.constantFrom('a', 'b', 'c', 'd'), needId: fc.constantFrom(...needs) }),
      { minLength: 1, maxLength: 4, selector: ({ actionId }) => actionId },
    );
    const found = fc.subarray([...needs], { minLength: 1 });
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(ties, ties, found, (before, after, needIds) => {
        const [was, is] = [before, after].map((all) => all.map((one) => ({ ...action, ...one })));
        const result = given(plan, ...approvedOn(was!)).when(vary(is!, { audit: { ...nextAudit, needIds } }));
        const sound = after.every(
          (one) =>
            needIds.includes(one.needId) ||
            before.some(({ actionId, needId }) => actionId === one.actionId && needId === one.needId),
        );
        seen[sound ? 'taken' : 'refused'] += 1;
        if (!sound) result.thenRefused('PLAN.UNKNOWN_NEED');
        else result.then(varied(is!));
      }),
    );
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(0);
  });
});
