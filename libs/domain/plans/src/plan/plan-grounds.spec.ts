import { given, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import type { AuditStanding } from './audit-standing.js';
import { actionPlanApproved, actionPlanVariationSubmitted, type PlanEvent } from './plan.events.js';
import { action, audit, auditEvent, id, programme, submit, submitted } from './plan.fixture.js';
import { wholeActions } from './plan-rules.js';
import { plan } from './plan.js';

const officer = person('officer');
const stands: AuditStanding = { cycle: 1, completion: auditEvent, returned: null };
const returned: AuditStanding = { ...stands, returned: { by: 'tom', comments: 'ask the governors' } };
const again: AuditStanding = { ...stands, completion: { ...auditEvent, eventId: 'another' } };
const ended = { urn: id.urn, settingName: 'Handford Hall', status: 'withdrawn' as const };

const on = (event: PlanEvent, by = person('head')): Given<PlanEvent> => [event, { at: '2024-01-01', by }];
const waiting = [on(submitted(1, [action]))];
const inForce = [...waiting, on(actionPlanApproved({ ...id, version: 1 }), officer)];
const dearer = [{ ...action, costPence: 2 }];
const varied = actionPlanVariationSubmitted({
  ...{ ...id, version: 2, inForce: 1, reason: 'Dearer', audit: auditEvent, totalPence: 2 },
  actions: wholeActions(dearer),
});
const pending = [...inForce, on(varied)];

/** Each command that a version comes in or is decided by, where nothing else is against it. */
const said = { comments: 'x', actions: [] };
const decisions = (grounds: object) =>
  [
    ['submit', [], submit(grounds)],
    ['approve', waiting, { type: 'ApproveActionPlan', data: { allocated: null, ...grounds } }],
    [
      'vary',
      inForce,
      {
        type: 'VaryActionPlan',
        data: { ...id, audit, programme, allocated: null, reason: 'Dearer', actions: dearer, ...grounds },
      },
    ],
    [
      'approve a variation',
      pending,
      { type: 'ApproveActionPlanVariation', data: { allocated: null, ...grounds } },
    ],
  ] as const;
const returns = (grounds: object) =>
  [
    ['return', waiting, { type: 'ReturnActionPlan', data: { ...said, ...grounds } }],
    ['return a variation', pending, { type: 'ReturnActionPlanVariation', data: { ...said, ...grounds } }],
  ] as const;

describe('a plan whose audit was returned', () => {
  it.each(decisions({ standing: returned }))('is not there to %s, and says why', (_, past, command) => {
    const refusal = given(plan, ...past)
      .when(command, { by: officer })
      .thenRefused('PLAN.AUDIT_RETURNED');
    expect(refusal.message).toContain('cycle 1 of the audit was returned by tom (ask the governors)');
    expect(refusal).toMatchObject({ kind: 'wrong-state', details: { cycle: 1, by: 'tom' } });
  });

  it.each(decisions({ standing: again }))(
    'and completed again is not there to %s either',
    (_, past, command) => {
      const refusal = given(plan, ...past)
        .when(command, { by: officer })
        .thenRefused('PLAN.AUDIT_COMPLETED_AGAIN');
      expect(refusal.message).toContain('return the plan');
    },
  );

  it('is still given back', () => {
    for (const [, past, command] of returns({})) {
      expect(
        plan.decide(
          { ...command, by: officer, at: '2024-01-02T09:00:00.000Z' } as never,
          given(plan, ...past).state,
        ),
      ).toHaveLength(1);
    }
  });

  it('is approved as long as that stands', () => {
    given(plan, ...waiting)
      .when({ type: 'ApproveActionPlan', data: { allocated: null, standing: stands } }, { by: officer })
      .then(actionPlanApproved({ ...id, version: 1 }));
  });
});

describe('the plan of a setting that takes part no more', () => {
  it.each([...decisions({ ended }), ...returns({ ended })])('is not there to %s', (_, past, command) => {
    const refusal = given(plan, ...past)
      .when(command, { by: officer })
      .thenRefused('PARTICIPATION.ENDED');
    expect(refusal.message).toContain('Handford Hall (124570) has withdrawn from the programme');
  });
});
