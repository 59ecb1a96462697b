import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  actionPlanApprovalWithdrawn,
  actionPlanApproved,
  actionPlanReturned,
  actionPlanSubmitted,
  actionPlanVariationApproved,
  actionPlanVariationReturned,
  actionPlanVariationSubmitted,
  type PlanEvent,
} from '../../plan/plan.events.js';
import { plansProjection, type PlanDocument } from './plans.projection.js';

const id = { programmeId: 'ipswich', urn: '124570' };
const submitted = (version: number) =>
  actionPlanSubmitted({
    ...id,
    version,
    audit: {
      eventId: 'audit-event',
      stream: 'audit-ipswich.124570.1',
      revision: '1',
      type: 'AuditCompleted',
    },
    actions: [],
    totalPence: 5,
  });

function project(...events: readonly PlanEvent[]): PlanDocument | null {
  const history = new History({ stream: 'plan-ipswich.124570' });
  return events.reduce<PlanDocument | null>((document, event, index) => {
    const recorded = history.record(event, { at: `2024-01-0${index + 1}` });
    const reaction = plansProjection.reactionTo(event.type)!;
    expect(reaction.touches(recorded)).toEqual(['ipswich.124570']);
    return reaction.apply(document, recorded, 'ipswich.124570');
  }, null);
}

describe('the plans read model', () => {
  it('says who acts next', () => {
    const comments = [{ actionId: 'coaching', comment: 'By when?' }];
    const returned = actionPlanReturned({ ...id, version: 1, comments: 'More', actions: comments });
    const approved = actionPlanApproved({ ...id, version: 2 });
    const withdrawn = actionPlanApprovalWithdrawn({ ...id, version: 2, reason: 'Closed' });
    expect(project(submitted(1))).toMatchObject({
      status: 'submitted',
      next: 'approver',
      version: 1,
      revision: '0',
    });
    expect(project(submitted(1), returned)).toMatchObject({
      status: 'returned',
      next: 'setting',
      because: 'More',
      comments,
    });
    expect(project(submitted(1), returned, submitted(2), approved)).toMatchObject({
      status: 'approved',
      next: null,
      version: 2,
      because: null,
      comments: [],
      submittedAt: '2024-01-03T09:00:00.000Z',
      decidedAt: '2024-01-04T09:00:00.000Z',
    });
    expect(project(submitted(1), returned, submitted(2), approved, withdrawn)).toMatchObject({
      status: 'returned',
      next: 'setting',
      because: 'Closed',
      comments: [],
    });
  });

  it('shows what is in force, and beside it what would vary it', () => {
    const { data } = submitted(2);
    const before = [submitted(1), actionPlanApproved({ ...id, version: 1 })] as const;
    const varied = actionPlanVariationSubmitted({ ...data, inForce: 1, reason: 'Closed', totalPence: 7 });
    const comments = [{ actionId: 'coaching', comment: 'By when?' }];
    const returned = actionPlanVariationReturned({ ...id, version: 2, comments: 'More', actions: comments });
    const inForce = { status: 'approved', version: 1, totalPence: 5 };
    expect(project(...before)).toMatchObject({ ...inForce, next: null, variation: null });
    expect(project(...before, varied)).toMatchObject({
      ...{ ...inForce, next: 'approver', revision: '2' },
      variation: { version: 2, status: 'submitted', reason: 'Closed', totalPence: 7, because: null },
    });
    expect(project(...before, varied, returned)).toMatchObject({
      ...{ ...inForce, next: 'setting' },
      variation: { status: 'returned', because: 'More', comments },
    });
    expect(
      project(...before, varied, actionPlanVariationApproved({ ...id, version: 2, replaces: 1 })),
    ).toMatchObject({
      ...{ status: 'approved', version: 2, totalPence: 7, next: null, variation: null },
      ...{ submittedAt: '2024-01-03T09:00:00.000Z', decidedAt: '2024-01-04T09:00:00.000Z', revision: '3' },
    });
    const withdrawn = actionPlanApprovalWithdrawn({ ...id, version: 1, reason: 'Closed' });
    expect(project(...before, varied, withdrawn)).toMatchObject({ status: 'returned', variation: null });
  });

  it('rejects no event, even one whose beginning it never saw', () => {
    expect(project(actionPlanApproved({ ...id, version: 1 }))).toBeNull();
  });
});
