import { given, instant, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import type { Allocated } from './allocated.js';
import { wholeActions } from './plan-rules.js';
import {
  actionPlanApproved,
  actionPlanVariationApproved,
  actionPlanVariationSubmitted,
  type PlanEvent,
} from './plan.events.js';
import { action, audit, auditEvent, id, programme, submit, submitted } from './plan.fixture.js';
import { plan } from './plan.js';

const officer = person('officer');
const allocatedOf = (amountPence: number): Allocated => ({
  amountPence,
  event: { eventId: 'offer', stream: 'allocation-ipswich.124570', revision: '0', type: 'AllocationOffered' },
  occurredAt: instant('2024-06-01'), // later than the commands: what is known counts, not what they say
});
const enough = allocatedOf(250_000);
const tooLittle = allocatedOf(249_999);
const dearer = { ...action, costPence: 250_001 };

const on = (event: PlanEvent, by = person('head')): Given<PlanEvent> => [event, { at: '2024-01-01', by }];
const approve = (allocated: Allocated | null) => ({
  type: 'ApproveActionPlan' as const,
  data: { allocated },
});
const approveVariation = (allocated: Allocated | null) => ({
  type: 'ApproveActionPlanVariation' as const,
  data: { allocated },
});
const vary = (costPence: number, allocated: Allocated | null) => ({
  type: 'VaryActionPlan' as const,
  data: { ...id, audit, programme, allocated, reason: 'Dearer', actions: [{ ...action, costPence }] },
});
const varied = (costPence: number) =>
  actionPlanVariationSubmitted({
    ...{ ...id, version: 2, inForce: 1, reason: 'Dearer', audit: auditEvent, totalPence: costPence },
    actions: wholeActions([{ ...action, costPence }]),
  });
const waiting = [on(submitted(1, [action]))];
const inForce = [...waiting, on(actionPlanApproved({ ...id, version: 1 }), officer)];

describe('a plan and what its setting is allocated', () => {
  it('may be as much, to the penny', () => {
    given(plan)
      .when(submit({ actions: [action], allocated: enough }))
      .then(submitted(1, [action]));
    given(plan, ...waiting)
      .when(approve(enough), { by: officer })
      .then(actionPlanApproved({ ...id, version: 1 }));
  });

  it('is refused when it is submitted for a penny more, and says how much too much', () => {
    const refusal = given(plan)
      .when(submit({ actions: [dearer], allocated: enough }))
      .thenRefused('PLAN.OVER_ALLOCATION');
    expect(refusal.kind).toBe('wrong-state');
    expect(refusal.details).toEqual({
      ...{ totalPence: 250_001, amountPence: 250_000, overPence: 1, allocation: 'offer' },
    });
    expect(refusal.message).toContain('take £0.01 out of them');
  });

  it('is looked at again when it is approved, for the allocation may have come in between', () => {
    given(plan, ...waiting)
      .when(approve(tooLittle), { by: officer })
      .thenRefused('PLAN.OVER_ALLOCATION');
  });

  it('holds of a variation, when it is submitted and when it is approved', () => {
    given(plan, ...inForce)
      .when(vary(250_001, enough))
      .thenRefused('PLAN.OVER_ALLOCATION');
    given(plan, ...inForce)
      .when(vary(249_000, enough))
      .then(varied(249_000));
    given(plan, ...inForce, on(varied(250_001)))
      .when(approveVariation(enough), { by: officer })
      .thenRefused('PLAN.OVER_ALLOCATION');
    given(plan, ...inForce, on(varied(250_000)))
      .when(approveVariation(enough), { by: officer })
      .then(actionPlanVariationApproved({ ...id, version: 2, replaces: 1 }));
  });

  it('leaves what was approved before a smaller allocation, and holds whatever comes after to it', () => {
    given(plan, ...inForce)
      .when(approve(tooLittle), { by: officer })
      .thenNothing();
    given(plan, ...inForce)
      .when(submit({ actions: [action], allocated: tooLittle }))
      .thenNothing();
    // Less than before, but still too much.
    const before = [on(submitted(1, [dearer])), on(actionPlanApproved({ ...id, version: 1 }), officer)];
    given(plan, ...before)
      .when(vary(250_000, tooLittle))
      .thenRefused('PLAN.OVER_ALLOCATION');
    given(plan, ...before)
      .when(vary(249_999, tooLittle))
      .then(varied(249_999));
  });
});
