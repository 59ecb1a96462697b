import { given, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  actionPlanApprovalWithdrawn,
  actionPlanApproved,
  actionPlanReturned,
  type PlanEvent,
} from './plan.events.js';
import { action, audit, auditEvent, id, second, submit, submitted } from './plan.fixture.js';
import { plan } from './plan.js';

const returned = actionPlanReturned({
  ...id,
  version: 1,
  comments: 'Say who will cover lessons',
  actions: [],
});
const approved = actionPlanApproved({ ...id, version: 1 });
const withdrawn = actionPlanApprovalWithdrawn({ ...id, version: 1, reason: 'The provider closed' });

const head = person('head');
const officer = person('officer');
const on = (event: PlanEvent, at: string, by = head): Given<PlanEvent> => [event, { at, by }];

const approve = { type: 'ApproveActionPlan' as const, data: { allocated: null } };
const giveBack = (comments = 'Say who will cover lessons') => ({
  type: 'ReturnActionPlan' as const,
  data: { comments, actions: [] },
});
const withdraw = (reason = 'The provider closed') => ({
  type: 'WithdrawPlanApproval' as const,
  data: { reason },
});

describe('submitting an action plan', () => {
  it('adds up what it costs', () => {
    given(plan).when(submit()).then(submitted());
    expect(submitted().data.totalPence).toBe(250_099);
  });

  it('is already done when the same version is sent again, whatever the order of the fields', () => {
    const { actionId, ...rest } = action;
    given(plan, submitted())
      .when(submit({ actions: [{ ...rest, actionId }, second] }))
      .thenNothing();
    given(plan, submitted(), approved).when(submit()).thenNothing();
  });

  it('makes another version after a return, and after an approval was withdrawn', () => {
    given(plan, submitted(), returned)
      .when(submit({ actions: [action] }))
      .then(submitted(2, [action]));
    given(plan, submitted(), approved, withdrawn).when(submit()).then(submitted(2));
  });

  it('refuses other contents while the plan is submitted or approved', () => {
    const other = submit({ actions: [action] });
    expect(given(plan, submitted()).when(other).thenRefused('PLAN.ALREADY_SUBMITTED').kind).toBe(
      'wrong-state',
    );
    given(plan, submitted(), approved).when(other).thenRefused('PLAN.ALREADY_SUBMITTED');
    const otherAudit = submit({ audit: { ...audit, event: { ...auditEvent, eventId: 'another' } } });
    given(plan, submitted()).when(otherAudit).thenRefused('PLAN.ALREADY_SUBMITTED');
  });

  it('refuses without a completed audit or a programme', () => {
    given(plan)
      .when(submit({ audit: null }))
      .thenRefused('PLAN.AUDIT_NOT_COMPLETED');
    given(plan)
      .when(submit({ programme: null }))
      .thenRefused('PROGRAMME.NOT_FOUND');
  });

  it('refuses a moment before the audit was completed, or before the return', () => {
    given(plan).when(submit(), { at: '2023-11-30' }).thenRefused('TIME.BEFORE_ITS_FACTS');
    given(plan, on(submitted(), '2024-01-01'), on(returned, '2024-01-10', officer))
      .when(submit(), { at: '2024-01-09' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  const one = (changes: object): object => ({ actions: [action, { ...second, ...changes }] });
  it.each([
    [{ actions: [] }, 'PLAN.MALFORMED', 'actions'],
    [{ actions: undefined }, 'PLAN.MALFORMED', 'actions'],
    [{ actions: Array.from({ length: 101 }, () => action) }, 'PLAN.MALFORMED', 'actions'],
    [one({ costPence: 0 }), 'PLAN.MALFORMED', 'actions[1].costPence'],
    [one({ costPence: -100 }), 'PLAN.MALFORMED', 'actions[1].costPence'],
    [one({ costPence: 10.5 }), 'PLAN.MALFORMED', 'actions[1].costPence'],
    [one({ costPence: '100' }), 'PLAN.MALFORMED', 'actions[1].costPence'],
    [one({ costPence: 1_000_000_000_001 }), 'PLAN.MALFORMED', 'actions[1].costPence'],
    [one({ headcount: 0 }), 'PLAN.MALFORMED', 'actions[1].headcount'],
    [one({ activity: ' ' }), 'PLAN.MALFORMED', 'actions[1].activity'],
    [one({ desiredOutcomes: undefined }), 'PLAN.MALFORMED', 'actions[1].desiredOutcomes'],
    [one({ desiredOutcomes: [] }), 'PLAN.MALFORMED', 'actions[1].desiredOutcomes'],
    [one({ desiredOutcomes: ['read', ' '] }), 'PLAN.MALFORMED', 'actions[1].desiredOutcomes[1]'],
    [one({ actionId: 'Not A Slug' }), 'PLAN.MALFORMED', 'actions[1].actionId'],
    [one({ price: 3 }), 'PLAN.MALFORMED', 'actions[1].price'],
    [one({ actionId: 'phonics-training' }), 'PLAN.ACTION_TWICE', 'actions[1].actionId'],
    [one({ needId: 'biscuits' }), 'PLAN.UNKNOWN_NEED', 'actions[1].needId'],
    [one({ startsOn: '2024-02-30' }), 'TIME.NOT_UNDERSTOOD', 'actions[1].startsOn'],
    [one({ endsOn: '22/03/2024' }), 'TIME.NOT_UNDERSTOOD', 'actions[1].endsOn'],
    [one({ startsOn: '2024-03-23' }), 'PLAN.DATES', 'actions[1].endsOn'],
    [one({ startsOn: '2023-08-31' }), 'PLAN.DATES', 'actions[1].startsOn'],
    [one({ endsOn: '2025-08-01' }), 'PLAN.DATES', 'actions[1].endsOn'],
    [one({ costPence: 1_000_000_000_000 }), 'PLAN.TOTAL_TOO_LARGE', 'actions[1].costPence'],
  ])('names the field and the rule: %#', (changes, code, field) => {
    const refusal = given(plan).when(submit(changes)).thenRefused(code);
    expect(refusal.details['field']).toBe(field);
    expect(refusal.message).toContain(field);
  });

  it('takes actions on the first and last day of the programme', () => {
    const actions = [{ ...action, startsOn: '2023-09-01', endsOn: '2025-07-31' }];
    given(plan).when(submit({ actions })).then(submitted(1, actions));
  });

  it('totals exactly, whatever the costs', () => {
    const costs = fc.array(fc.integer({ min: 1, max: 1_000_000_000 }), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(costs, (all) => {
        const actions = all.map((costPence, index) => ({ ...action, actionId: `a${index}`, costPence }));
        given(plan).when(submit({ actions })).then(submitted(1, actions));
      }),
      { numRuns: 50 },
    );
  });
});

describe('returning a plan', () => {
  it('records the comments, once', () => {
    given(plan, submitted()).when(giveBack()).then(returned);
  });

  it.each<[string, readonly PlanEvent[]]>([
    ['none was submitted', []],
    ['it is approved', [submitted(), approved]],
    [
      'it was returned with other comments',
      [submitted(), actionPlanReturned({ ...id, version: 1, comments: 'x', actions: [] })],
    ],
  ])('refuses when %s', (_, history) => {
    expect(
      given(plan, ...history)
        .when(giveBack())
        .thenRefused('PLAN.NOT_SUBMITTED').kind,
    ).toBe('wrong-state');
  });

  it('refuses without comments, and before the submission', () => {
    const refusal = given(plan, submitted()).when(giveBack(' ')).thenRefused('PLAN.MALFORMED');
    expect(refusal.details).toEqual({ field: 'comments' });
    given(plan, on(submitted(), '2024-01-05'))
      .when(giveBack(), { at: '2024-01-04' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('approving a plan', () => {
  it('is for somebody who did not submit it', () => {
    given(plan, on(submitted(), '2024-01-01')).when(approve, { by: officer }).then(approved);
  });

  it('refuses a submitter, in any role, of this or an earlier version', () => {
    const refusal = given(plan, on(submitted(), '2024-01-01'))
      .when(approve, { by: person('head', 'approver') })
      .thenRefused('PLAN.APPROVER_SUBMITTED');
    expect(refusal.kind).toBe('not-allowed');
    given(plan, on(submitted(), '2024-01-01'), returned, on(submitted(2), '2024-01-01', person('deputy')))
      .when(approve, { by: head })
      .thenRefused('PLAN.APPROVER_SUBMITTED');
  });

  it('lets the same subject of another issuer approve: that is another person', () => {
    given(plan, on(submitted(), '2024-01-01'))
      .when(approve, { by: { ...head, issuer: 'https://other.test' } })
      .then(approved);
  });

  it.each<[string, readonly PlanEvent[]]>([
    ['none was submitted', []],
    ['it is with the setting', [submitted(), returned]],
    ['its approval was withdrawn', [submitted(), approved, withdrawn]],
    ['somebody else has approved it', [submitted(), approved]],
  ])('refuses when %s', (_, history) => {
    given(plan, ...history)
      .when(approve, { by: officer })
      .thenRefused('PLAN.NOT_SUBMITTED');
  });

  it('refuses a moment before the submission', () => {
    given(plan, on(submitted(), '2024-01-05'))
      .when(approve, { by: officer, at: '2024-01-04' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('withdrawing an approval', () => {
  it('gives the plan back to its setting', () => {
    given(plan, submitted(), approved).when(withdraw()).then(withdrawn);
    given(plan, submitted(), approved, withdrawn)
      .when(approve, { by: officer })
      .thenRefused('PLAN.NOT_SUBMITTED');
  });

  it.each<[string, readonly PlanEvent[]]>([
    ['none was submitted', []],
    ['it is not approved', [submitted()]],
    [
      'it was withdrawn for another reason',
      [submitted(), approved, actionPlanApprovalWithdrawn({ ...id, version: 1, reason: 'x' })],
    ],
  ])('refuses when %s', (_, history) => {
    given(plan, ...history)
      .when(withdraw())
      .thenRefused('PLAN.NOT_APPROVED');
  });

  it('refuses without a reason, and before the approval', () => {
    given(plan, submitted(), approved).when(withdraw('')).thenRefused('PLAN.MALFORMED');
    given(plan, submitted(), on(approved, '2024-01-05', officer))
      .when(withdraw(), { at: '2024-01-04' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});
