import { person, underAnySequence, type AskedBy } from '#testing';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { action, audit, id, programme, second } from './plan.fixture.js';
import { plan, type PlanCommand } from './plan.js';

const contents = { ...id, audit, programme, allocated: null };
const asked = (type: PlanCommand['type'], data: object) =>
  fc.record({
    type: fc.constant(type),
    data: fc.constant(data),
    by: fc.constantFrom('head', 'deputy', 'officer', 'auditor').map((name) => person(name)),
    hoursAgo: fc.constantFrom(0, 0, 0, 3),
  }) as unknown as fc.Arbitrary<AskedBy<PlanCommand>>;
const said = { comments: 'More', actions: [] };
const one = fc.oneof(
  ...[[action], [second], [action, second]].flatMap((actions) => [
    asked('SubmitActionPlan', { ...contents, actions }),
    asked('VaryActionPlan', { ...contents, actions, reason: 'Because' }),
  ]),
  asked('ApproveActionPlan', { allocated: null }),
  asked('ApproveActionPlan', { allocated: null }),
  asked('ApproveActionPlanVariation', { allocated: null }),
  asked('ApproveActionPlanVariation', { allocated: null }),
  asked('ReturnActionPlan', said),
  asked('ReturnActionPlanVariation', said),
  asked('WithdrawPlanApproval', { reason: 'A mistake' }),
);

it('whatever is asked in whatever order, nobody approves what they had a part in, and versions only count up', () => {
  let newest = 0;
  const decided = underAnySequence(plan, {
    requests: one.map((request) => [request]),
    holds: (state) => {
      if (state.status === 'none') return;
      expect(state.newest).toBeGreaterThanOrEqual(state.version);
      if (state.status !== 'approved') return;
      const own = state.submitters.slice(0, state.version).map(({ subject }) => subject);
      expect(own).not.toContain(state.approver.subject);
      if (state.variation === null) return;
      expect(state.variation.version).toBe(state.newest);
      expect(state.variation.version).toBeGreaterThan(state.version);
      newest = Math.max(newest, state.newest);
    },
  });
  expect(newest).toBeGreaterThan(2);
  for (const type of ['VaryActionPlan', 'ApproveActionPlanVariation', 'ReturnActionPlanVariation']) {
    expect(decided.get(type)).toBeGreaterThan(0);
  }
});
