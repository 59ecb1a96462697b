import type { EventReference } from '#kernel';
import { given, instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { progressReportSubmitted } from './report.events.js';
import { report, type SubmitProgressReportCommand } from './report.js';

type Data = SubmitProgressReportCommand['data'];
const reference = (type: string): EventReference => ({
  ...{ eventId: '0b0e3a53-6d6a-5a53-9a53-0b0e3a536d6a', stream: 'plan-ipswich.124570', revision: '1', type },
});
const window = { opensOn: '2024-04-01', dueOn: '2024-04-30', closesOn: '2024-05-31', deadlineVersion: 1 };
const training = { actionId: 'phonics-training', costPence: 450_000 };
const coaching = { actionId: 'maths-coaching', costPence: 90_000 };
const plan: NonNullable<Data['plan']> = {
  ...{ event: reference('ActionPlanApproved'), occurredAt: instant('2024-01-10') },
  ...{ actions: [training, coaching], formerly: [] },
};
const at = '2024-04-20';

/** A report that says so much of the coaching. */
const saying = (spentPence: number) => ({
  summary: 'Begun',
  actions: [
    { ...{ actionId: 'phonics-training', spentPence: 0 }, status: 'not-started' as const },
    { ...{ actionId: 'maths-coaching', spentPence }, status: 'under-way' as const },
  ].map((action) => ({ ...action, note: '', evidence: [] })),
});
const submit = (spentPence: number, changes: Partial<Data> = {}) => ({
  type: 'SubmitProgressReport' as const,
  data: {
    ...{ programmeId: 'ipswich', urn: '124570', window: 2, attachments: {} },
    ...{ receivedAt: instant(at), arrival: null, contents: saying(spentPence), acceptedBefore: {}, plan },
    enrolment: {
      ...{ event: reference('SettingEnrolled'), occurredAt: instant('2023-11-01') },
      ...{ windows: [1, 2].map((number) => ({ ...window, number })), ending: null },
    },
    ...changes,
  },
});
const submitted = (spentPence: number) =>
  progressReportSubmitted({
    ...{ programmeId: 'ipswich', urn: '124570', window: 2, ...saying(spentPence) },
    ...{ plan: plan.event, arrival: null, ending: null },
  });
const accepted = (spentPence: number): Partial<Data> => ({
  acceptedBefore: { 'maths-coaching': { window: 1, spentPence } },
});

describe('what a report says was spent', () => {
  it('is no more than the action costs in the plan', () => {
    given(report).when(submit(90_000), { at }).then(submitted(90_000));
    const refusal = given(report).when(submit(90_001), { at }).thenRefused('REPORT.SPENT_BEYOND_PLAN');
    expect([refusal.kind, refusal.details]).toEqual([
      'wrong-state',
      {
        ...{ field: 'actions[1].spentPence', actionId: 'maths-coaching' },
        ...{ spentPence: 90_001, costPence: 90_000 },
      },
    ]);
    expect(refusal.message).toMatch(
      /^actions\[1\]\.spentPence: £900\.01 spent on 'maths-coaching' .* £900\.00 .* have the plan varied first/,
    );
  });

  it('is no more than an action cost that only an earlier version of the plan has', () => {
    const varied = { plan: { ...plan, actions: [training], formerly: [coaching] } };
    given(report).when(submit(90_000, varied), { at }).then(submitted(90_000));
    given(report).when(submit(90_001, varied), { at }).thenRefused('REPORT.SPENT_BEYOND_PLAN');
  });

  it('is no less than was accepted with an earlier report', () => {
    given(report)
      .when(submit(70_000, accepted(70_000)), { at })
      .then(submitted(70_000));
    const refusal = given(report)
      .when(submit(69_999, accepted(70_000)), { at })
      .thenRefused('REPORT.SPENT_LESS_THAN_ACCEPTED');
    expect([refusal.kind, refusal.details]).toEqual([
      'wrong-state',
      {
        ...{ field: 'actions[1].spentPence', actionId: 'maths-coaching', window: 1 },
        ...{ spentPence: 69_999, acceptedPence: 70_000 },
      },
    ]);
    expect(refusal.message).toContain('less than the £700.00 accepted with report 1');
  });

  it('may stay what was accepted before the plan came to cost less', () => {
    given(report)
      .when(submit(95_000, accepted(95_000)), { at })
      .then(submitted(95_000));
    given(report)
      .when(submit(95_001, accepted(95_000)), { at })
      .thenRefused('REPORT.SPENT_BEYOND_PLAN');
  });

  it('is not asked again of a report that was sent and comes again, whatever was accepted since', () => {
    given(report, [submitted(60_000), { at }])
      .when(submit(60_000, accepted(70_000)), { at })
      .thenNothing();
  });
});
