import { History, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { wholeActions } from './plan-rules.js';
import { differenceBetween, versionNumber, versionsOf } from './plan-versions.js';
import {
  actionPlanApprovalWithdrawn,
  actionPlanApproved,
  actionPlanReturned,
  actionPlanVariationApproved,
  actionPlanVariationReturned,
  actionPlanVariationSubmitted,
  type PlanEvent,
} from './plan.events.js';
import { action, auditEvent, id, submitted } from './plan.fixture.js';
import { matrixOf } from './prioritisation.js';

const varied = (version: number, costPence: number) =>
  actionPlanVariationSubmitted({
    ...{ ...id, version, inForce: 1, reason: 'Dearer', audit: auditEvent, totalPence: costPence },
    actions: wholeActions([{ ...action, costPence }]),
  });
function versionsAfter(...events: readonly PlanEvent[]) {
  const history = new History({ stream: 'plan-ipswich.124570', by: person('head') });
  return versionsOf(events.map((event, day) => history.record(event, { at: `2024-01-0${day + 1}` })));
}
const returned = actionPlanReturned({
  ...{ ...id, version: 1, comments: 'More detail' },
  actions: [{ actionId: action.actionId, comment: 'Which provider?' }],
});

describe('the versions of a plan', () => {
  it('are each there with what was said of them, in order', () => {
    expect(
      versionsAfter(submitted(1), returned, submitted(2), actionPlanApproved({ ...id, version: 2 })),
    ).toMatchObject([
      {
        ...{ version: 1, varies: null, status: 'returned', because: 'More detail', submittedBy: 'head' },
        comments: [{ comment: 'Which provider?' }],
      },
      { version: 2, status: 'approved', because: null, decidedAt: '2024-01-04T09:00:00.000Z' },
    ]);
  });

  it('say of each action which cycle of the audit found its need, which is kept while it is carried over', () => {
    const ofSecondYear = (version: number, needs: Record<string, string>) =>
      actionPlanVariationSubmitted({
        ...{ ...id, version, inForce: version - 1, reason: 'A year on', totalPence: 5 },
        audit: { ...auditEvent, stream: 'audit-ipswich.124570.2' },
        actions: wholeActions(
          Object.entries(needs).map(([actionId, needId]) => ({ ...action, actionId, needId })),
        ),
      });
    const [first, kept, tied] = versionsAfter(
      ...[submitted(1), actionPlanApproved({ ...id, version: 1 })],
      ofSecondYear(2, { 'phonics-training': 'phonics', 'maths-coaching': 'research', new: 'maths' }),
      actionPlanVariationApproved({ ...id, version: 2, replaces: 1 }),
      ofSecondYear(3, { 'phonics-training': 'phonics', 'maths-coaching': 'maths' }),
    );
    const cyclesOf = (version = first!) => version.actions.map(({ auditCycle }) => auditCycle);
    expect([first, kept, tied].map((version) => version!.auditCycle)).toEqual([1, 2, 2]);
    expect([cyclesOf(first), cyclesOf(kept), cyclesOf(tied)]).toEqual([
      [1, 1],
      [1, 2, 2],
      [1, 2],
    ]);
  });

  it('of a variation replace the one in force once approved, and not when returned', () => {
    const inForce = [submitted(1), actionPlanApproved({ ...id, version: 1 })];
    const back = actionPlanVariationReturned({ ...id, version: 2, comments: 'No', actions: [] });
    expect(versionsAfter(...inForce, varied(2, 5), back)).toMatchObject([
      { version: 1, status: 'approved' },
      { version: 2, status: 'returned', varies: { version: 1, reason: 'Dearer' } },
    ]);
    const approved = actionPlanVariationApproved({ ...id, version: 2, replaces: 1 });
    expect(versionsAfter(...inForce, varied(2, 5), approved)).toMatchObject([
      { version: 1, status: 'replaced' },
      { version: 2, status: 'approved' },
    ]);
    const gone = actionPlanApprovalWithdrawn({ ...id, version: 1, reason: 'Closed' });
    expect(versionsAfter(...inForce, varied(2, 5), gone)).toMatchObject([
      { status: 'approval-withdrawn' },
      { version: 2, status: 'fell' },
    ]);
    expect(versionsAfter(...inForce, gone)).toMatchObject([
      { status: 'approval-withdrawn', because: 'Closed' },
    ]);
  });

  it('are compared action by action, field by field', () => {
    const other = { ...action, actionId: 'other' };
    const [one] = versionsAfter(submitted(1, [action, other]));
    const [two] = versionsAfter(
      submitted(1, [
        { ...action, costPence: 7, headcount: 99 },
        { ...action, actionId: 'new' },
      ]),
    );
    const difference = differenceBetween(one!, two!);
    expect(difference.added.map(({ actionId }) => actionId)).toEqual(['new']);
    expect(difference.removed.map(({ actionId }) => actionId)).toEqual(['other']);
    expect(difference.changed).toEqual([
      {
        actionId: action.actionId,
        changes: expect.arrayContaining([
          { field: 'costPence', from: action.costPence, to: 7 },
          { field: 'headcount', from: action.headcount, to: 99 },
        ]),
      },
    ]);
    expect(difference.changed[0]?.changes).toHaveLength(2);
    expect(differenceBetween(one!, one!)).toMatchObject({ added: [], removed: [], changed: [] });
  });

  it.each(['0', '-1', '1.5', 'x', ''])('have no number %j', (text) => {
    expect(() => versionNumber(text, 'from')).toThrow('from must be the number of a version');
  });
});

describe('the prioritisation matrix', () => {
  const scored = (actionId: string, doability: number | null, impact: number | null) => ({
    ...wholeActions([{ ...action, actionId }])[0]!,
    doability,
    impact,
  });

  it('puts actions of the same do-ability and impact together, what wants doing first before the rest', () => {
    const actions = [
      scored('a', 1, 4),
      scored('b', 4, 4),
      scored('c', 4, 1),
      scored('d', 4, 4),
      scored('e', null, 4),
    ];
    expect(matrixOf(actions)).toEqual({
      squares: [
        { doability: 4, impact: 4, actionIds: ['b', 'd'] },
        { doability: 1, impact: 4, actionIds: ['a'] },
        { doability: 4, impact: 1, actionIds: ['c'] },
      ],
      unscored: ['e'],
    });
  });
});
