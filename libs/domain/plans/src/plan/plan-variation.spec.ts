import { fold } from '#kernel';
import { given, History, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { wholeActions, type SubmittedActions } from './plan-rules.js';
import {
  actionPlanApprovalWithdrawn,
  actionPlanApproved,
  actionPlanReturned,
  actionPlanVariationApproved,
  actionPlanVariationReturned,
  actionPlanVariationSubmitted,
  type PlanEvent,
} from './plan.events.js';
import { action, audit, auditEvent, id, programme, second, submit, submitted } from './plan.fixture.js';
import { plan } from './plan.js';

const head = person('head');
const deputy = person('deputy');
const officer = person('officer');
const on = (event: PlanEvent, at: string, by = head): Given<PlanEvent> => [event, { at, by }];

const WHY = 'The provider closed';
const cheaper = { ...action, costPence: 1000 };
const vary = (actions: SubmittedActions = [cheaper], changes: object = {}) => ({
  type: 'VaryActionPlan' as const,
  data: { ...id, audit, programme, allocated: null, actions, reason: WHY, ...changes },
});
const varied = (version = 2, actions: SubmittedActions = [cheaper], inForce = 1) =>
  actionPlanVariationSubmitted({
    ...{ ...id, version, inForce, reason: WHY, audit: auditEvent },
    actions: wholeActions(actions),
    totalPence: actions.reduce((sum, { costPence }) => sum + costPence, 0),
  });
const comments = [{ actionId: 'phonics-training', comment: 'Too little' }];
const giveBack = (said: object = {}) => ({
  type: 'ReturnActionPlanVariation' as const,
  data: { comments: 'Too cheap', actions: comments, ...said },
});
const returned = (version = 2) =>
  actionPlanVariationReturned({ ...id, version, comments: 'Too cheap', actions: comments });
const approve = { type: 'ApproveActionPlanVariation' as const, data: { allocated: null } };
const variationApproved = (version = 2, replaces = 1) =>
  actionPlanVariationApproved({ ...id, version, replaces });
const approved = actionPlanApproved({ ...id, version: 1 });
const inForce = [on(submitted(), '2024-01-01'), on(approved, '2024-01-01', officer)] as const;
const pending = [...inForce, on(varied(), '2024-01-01', deputy)] as const;

describe('varying an approved plan', () => {
  it('makes a version of its own, once', () => {
    given(plan, ...inForce)
      .when(vary(), { by: deputy })
      .then(varied());
  });

  it('leaves the old version in force while it waits, when it is returned, and until it is approved', () => {
    const history = [submitted(), approved, varied()];
    const stateOf = (...events: readonly PlanEvent[]) => {
      const recording = new History();
      return fold(
        plan,
        events.map((event) => recording.record(event)),
      );
    };
    expect(stateOf(...history)).toMatchObject({
      ...{ status: 'approved', version: 1, totalPence: 250_099 },
      variation: { status: 'submitted', version: 2, totalPence: 1000 },
    });
    expect(stateOf(...history, returned())).toMatchObject({
      ...{ status: 'approved', version: 1, approval: { event: { type: 'ActionPlanApproved' } } },
      variation: { status: 'returned', because: 'Too cheap', comments },
    });
    expect(stateOf(...history, variationApproved())).toMatchObject({
      ...{ status: 'approved', version: 2, totalPence: 1000, variation: null },
      approval: { event: { type: 'ActionPlanVariationApproved' } },
    });
  });

  it('is sent again after its return, and varied again after its approval', () => {
    given(plan, ...pending, returned())
      .when(vary([cheaper, second]))
      .then(varied(3, [cheaper, second]));
    given(plan, ...pending, variationApproved())
      .when(vary([second]))
      .then(varied(3, [second], 2));
  });

  it('is nothing where what is asked for is in force', () => {
    given(plan, ...inForce)
      .when(vary([action, second]))
      .thenNothing();
  });

  it.each<[string, readonly Given<PlanEvent>[]]>([
    ['nothing was submitted', []],
    ['it waits for approval', [submitted()]],
    [
      'it is with the setting',
      [submitted(), actionPlanReturned({ ...id, version: 1, comments: 'x', actions: [] })],
    ],
  ])('refuses when %s', (_, history) => {
    given(plan, ...history)
      .when(vary())
      .thenRefused('PLAN.NOT_APPROVED');
  });

  it('refuses another while one waits, for other actions or for another reason', () => {
    for (const other of [vary([second]), vary([cheaper], { reason: 'Another' }), vary([action, second])]) {
      const refusal = given(plan, ...pending)
        .when(other)
        .thenRefused('PLAN.VARIATION_PENDING');
      expect(refusal.message).toContain('variation 2');
    }
  });

  it.each([
    [{ reason: ' ' }, 'PLAN.MALFORMED'],
    [{ audit: null }, 'PLAN.AUDIT_NOT_COMPLETED'],
    [{ programme: null }, 'PROGRAMME.NOT_FOUND'],
    [{ actions: [] }, 'PLAN.MALFORMED'],
    [{ actions: [{ ...action, needId: 'biscuits' }] }, 'PLAN.UNKNOWN_NEED'],
  ])('is held to the rules of a plan: %j', (changes, code) => {
    given(plan, ...inForce)
      .when(vary([cheaper], changes))
      .thenRefused(code);
  });

  it('does not come before the approval, nor before the return of the one before', () => {
    given(plan, submitted(), on(approved, '2024-01-05', officer))
      .when(vary(), { at: '2024-01-04' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(plan, ...pending, on(returned(), '2024-01-05', officer))
      .when(vary(), { at: '2024-01-04' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('is what a submission is refused for once the plan is approved', () => {
    const refusal = given(plan, ...inForce)
      .when(submit({ actions: [cheaper] }))
      .thenRefused('PLAN.ALREADY_SUBMITTED');
    expect(refusal.message).toContain('vary it instead');
  });
});

describe('deciding on a variation', () => {
  it('approves it, by somebody who submitted no version', () => {
    given(plan, ...pending)
      .when(approve, { by: officer })
      .then(variationApproved());
  });

  it('refuses whoever submitted it, the plan, or one that was returned', () => {
    for (const by of [deputy, head]) {
      const refusal = given(plan, ...pending)
        .when(approve, { by })
        .thenRefused('PLAN.APPROVER_SUBMITTED');
      expect(refusal.kind).toBe('not-allowed');
    }
    given(plan, ...pending, returned(), on(varied(3, [second]), '2024-01-01', person('third')))
      .when(approve, { by: deputy })
      .thenRefused('PLAN.APPROVER_SUBMITTED');
  });

  it('refuses somebody who submitted a variation also to approve the plan anew', () => {
    const withdrawn = actionPlanApprovalWithdrawn({ ...id, version: 1, reason: 'x' });
    given(plan, ...pending, withdrawn, on(submitted(3), '2024-01-01'))
      .when({ type: 'ApproveActionPlan', data: { allocated: null } }, { by: deputy })
      .thenRefused('PLAN.APPROVER_SUBMITTED');
  });

  it('returns it with comments on its actions, once', () => {
    given(plan, ...pending)
      .when(giveBack())
      .then(returned());
    const unknown = { actions: [{ actionId: 'maths-coaching', comment: 'Where is it?' }] };
    given(plan, ...pending)
      .when(giveBack(unknown))
      .thenRefused('PLAN.UNKNOWN_ACTION');
    given(plan, ...pending)
      .when(giveBack({ comments: '' }))
      .thenRefused('PLAN.MALFORMED');
  });

  it.each<[string, readonly Given<PlanEvent>[]]>([
    ['nothing was submitted', []],
    ['the plan itself waits', [submitted()]],
    ['there is none', inForce],
    ['it is with the setting', [...pending, returned()]],
  ])('refuses when %s', (_, history) => {
    given(plan, ...history)
      .when(approve, { by: officer })
      .thenRefused('PLAN.NO_VARIATION');
    given(plan, ...history)
      .when(giveBack({ comments: 'Other' }))
      .thenRefused('PLAN.NO_VARIATION');
  });

  it('refuses another approver after it was approved, and a moment before it was submitted', () => {
    given(plan, ...pending, on(variationApproved(), '2024-01-02', officer))
      .when(approve, { by: person('second-officer') })
      .thenRefused('PLAN.NO_VARIATION');
    for (const command of [approve, giveBack()]) {
      given(plan, ...inForce, on(varied(), '2024-01-05', deputy))
        .when(command, { by: officer, at: '2024-01-04' })
        .thenRefused('TIME.BEFORE_ITS_FACTS');
    }
  });

  it('is not by the commands on the plan itself', () => {
    given(plan, ...pending)
      .when({ type: 'ReturnActionPlan', data: { comments: 'x', actions: [] } })
      .thenRefused('PLAN.NOT_SUBMITTED');
    given(plan, ...pending)
      .when({ type: 'ApproveActionPlan', data: { allocated: null } }, { by: person('second-officer') })
      .thenRefused('PLAN.NOT_SUBMITTED');
  });
});

describe('withdrawing the approval while a variation is pending', () => {
  const withdrawn = actionPlanApprovalWithdrawn({ ...id, version: 1, reason: 'A mistake' });
  const withdraw = { type: 'WithdrawPlanApproval' as const, data: { reason: 'A mistake' } };

  it('takes the variation with it; the next version counts on', () => {
    given(plan, ...pending)
      .when(withdraw)
      .then(withdrawn);
    given(plan, ...pending, withdrawn)
      .when(approve, { by: officer })
      .thenRefused('PLAN.NO_VARIATION');
    given(plan, ...pending, withdrawn)
      .when(submit())
      .then(submitted(3));
  });

  it('withdraws what is in force, a variation too', () => {
    given(plan, ...pending, variationApproved())
      .when(withdraw)
      .then(actionPlanApprovalWithdrawn({ ...id, version: 2, reason: 'A mistake' }));
  });

  it('does not come before the variation', () => {
    given(plan, ...inForce, on(varied(), '2024-01-05', deputy))
      .when(withdraw, { at: '2024-01-04' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});
