import { isRefusal } from '#kernel';
import { given, History, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { acceptedAround } from './accepted-around.js';
import { acceptedSpending } from './accepted-spending.js';
import type { ReportState } from './report-state.js';
import type { VerdictCommand } from './report-verdicts.js';
import {
  progressReportAcceptanceWithdrawn,
  progressReportAccepted,
  progressReportPartlyAccepted,
  progressReportReturned,
  progressReportSubmitted,
  type ReportEvent,
} from './report.events.js';
import { report, type ReportCommand } from './report.js';

const id = { programmeId: 'ipswich', urn: '124570', window: 2 };
const plan = {
  ...{ eventId: '0b0e3a53-6d6a-5a53-9a53-0b0e3a536d6a', stream: 'plan-ipswich.124570', revision: '1' },
  type: 'ActionPlanApproved',
};
const says = (training: number, coaching: number) =>
  [
    { actionId: 'training', spentPence: training },
    { actionId: 'coaching', spentPence: coaching },
  ].map((action) => ({ ...action, status: 'under-way' as const, note: '', evidence: [] }));
const submitted = (training: number, coaching: number) =>
  progressReportSubmitted({
    ...{ ...id, summary: 'Begun', actions: says(training, coaching) },
    ...{ plan, arrival: null, ending: null },
  });
const officer = person('officer');
const sent: Given<ReportEvent> = [submitted(500, 700), { by: person('head', 'setting') }];
const word = (window: number, spentPence: number) => ({ training: { window, spentPence } });
const nothing = { before: {}, after: {} };
const accept = (around: object = {}) => ({
  type: 'AcceptProgressReport' as const,
  data: { around: { ...nothing, ...around } },
});
const notAccepted = (...ids: string[]) => ids.map((actionId) => ({ actionId, reason: 'no invoice' }));
const without = (actionId: string, around: object = {}, tranche: 'waits' | 'may-be-paid' = 'waits') => ({
  type: 'AcceptPartOfReport' as const,
  data: {
    verdict: { notAccepted: notAccepted(actionId), tranche, effect: 'half' },
    around: { ...nothing, ...around },
  },
});
const partly = (accepted: string, refused: string) =>
  progressReportPartlyAccepted({
    ...{ ...id, accepted: [accepted], notAccepted: notAccepted(refused) },
    ...{ tranche: 'waits', effect: 'half' },
  });
const withdrawn = progressReportAcceptanceWithdrawn({ ...id, reason: 'a mistake' });
const withdraw = { type: 'WithdrawReportAcceptance' as const, data: { reason: 'a mistake' } };
const by = { by: officer };

describe('accepting what a report says was spent', () => {
  it('is refused where it is less than what is accepted of an earlier window', () => {
    const refusal = given(report, sent)
      .when(accept({ before: word(1, 501) }), by)
      .thenRefused('REPORT.SPENT_LESS_THAN_ACCEPTED');
    expect(refusal.message).toBe(
      "report 2 says that £5.00 was spent on 'training', which is less than the £5.01 accepted with report 1: " +
        "return report 2 with a comment on that, accept the part of it without 'training', " +
        'or, if report 1 is wrong, withdraw its acceptance first',
    );
    expect(refusal.details).toEqual({ actionId: 'training', spentPence: 500, acceptedPence: 501, window: 1 });
    given(report, sent)
      .when(accept({ before: word(1, 500) }), by)
      .then(progressReportAccepted(id));
  });

  it('is refused where it is more than what is accepted of a later window', () => {
    const refusal = given(report, sent)
      .when(accept({ after: word(3, 499) }), by)
      .thenRefused('REPORT.SPENT_MORE_THAN_ACCEPTED_LATER');
    expect(refusal.message).toMatch(
      /^report 2 says that £5\.00 was spent on 'training', which is more than the £4\.99 accepted with report 3/,
    );
    expect(refusal.details).toEqual({ actionId: 'training', spentPence: 500, acceptedPence: 499, window: 3 });
    given(report, sent)
      .when(accept({ after: word(3, 500) }), by)
      .then(progressReportAccepted(id));
  });

  it('asks only of the actions that are accepted', () => {
    for (const around of [{ before: word(1, 501) }, { after: word(3, 499) }]) {
      given(report, sent).when(without('training', around), by).then(partly('coaching', 'training'));
      expect(
        given(report, sent)
          .when(without('coaching', around), by)
          .thenRefused(
            'before' in around ? 'REPORT.SPENT_LESS_THAN_ACCEPTED' : 'REPORT.SPENT_MORE_THAN_ACCEPTED_LATER',
          ).kind,
      ).toBe('wrong-state');
    }
  });

  it('takes nothing back that was accepted in part, but by a withdrawal', () => {
    const half: Given<ReportEvent> = [partly('training', 'coaching'), by];
    expect(
      given(report, sent, half).when(without('training'), by).thenRefused('REPORT.ACCEPTED_LEFT_OUT').details,
    ).toMatchObject({ field: 'notAccepted[0].actionId', actionId: 'training' });
    given(report, sent, half, withdrawn).when(without('training'), by).then(partly('coaching', 'training'));
  });

  it('stands while a correction is sent in and returned, and can be withdrawn then', () => {
    const half: Given<ReportEvent> = [partly('training', 'coaching'), by];
    const returned = progressReportReturned({ ...id, comments: 'which term?', actions: [] });
    for (const after of [[submitted(600, 700)], [submitted(600, 700), returned]]) {
      const { state } = given(report, sent, half, ...after);
      expect(state).toMatchObject({ accepted: [{ actionId: 'training', spentPence: 500 }] });
      given(report, sent, half, ...after)
        .when(withdraw, by)
        .then(withdrawn);
    }
    given(report, sent).when(withdraw, by).thenRefused('REPORT.NOT_ACCEPTED');
  });
});

describe('what is accepted of a report', () => {
  const half: Given<ReportEvent> = [partly('training', 'coaching'), by];
  const otherHalf: Given<ReportEvent> = [partly('coaching', 'training'), by];
  const words = (training?: number, coaching?: number) => ({
    accepted: [
      ...(training === undefined ? [] : [{ actionId: 'training', spentPence: training }]),
      ...(coaching === undefined ? [] : [{ actionId: 'coaching', spentPence: coaching }]),
    ],
  });

  it('is what the last verdict on it says where it was judged again without being sent in again', () => {
    expect(given(report, sent, half, otherHalf).state).toMatchObject(words(undefined, 700));
    // As it was told before: what an earlier one had accepted is not of this verdict.
    const corrected = given(report, sent, half, submitted(600, 800), half, otherHalf);
    expect(corrected.state).toMatchObject(words(500, 800));
    const whole = given(report, sent, half, submitted(600, 800), otherHalf, progressReportAccepted(id));
    expect(whole.state).toMatchObject(words(600, 800));
    expect(given(report, sent, half, withdrawn, otherHalf).state).toMatchObject(words(undefined, 700));
  });

  it('is withdrawn while its correction waits or is back with the setting, without a word on the correction', () => {
    const returned = progressReportReturned({ ...id, comments: 'which term?', actions: [] });
    const waiting: Given<ReportEvent>[] = [sent, half, submitted(600, 700), withdrawn];
    expect(given(report, ...waiting).state).toMatchObject({ status: 'submitted', ...words() });
    given(report, ...waiting)
      .when(withdraw, by)
      .thenNothing();
    given(report, ...waiting)
      .when({ ...withdraw, data: { reason: 'another' } }, by)
      .thenRefused('REPORT.NOT_ACCEPTED');
    given(report, ...waiting)
      .when(accept(), by)
      .then(progressReportAccepted(id));
    given(report, ...waiting)
      .when(without('training'), by)
      .then(partly('coaching', 'training'));
    expect(given(report, ...waiting, otherHalf).state).toMatchObject(words(undefined, 700));
    const back: Given<ReportEvent>[] = [sent, half, submitted(600, 700), returned, withdrawn];
    expect(given(report, ...back).state).toMatchObject({
      ...{ status: 'returned', verdict: { comments: 'which term?' } },
      ...words(),
    });
    given(report, ...back)
      .when(accept(), by)
      .thenRefused('REPORT.NOT_SUBMITTED');
  });
});

type Drawn = Readonly<{ window: number; training: number; coaching: number; turn: string }>;
const PLANNED = says(9, 9).map(({ actionId }) => ({ actionId, costPence: 9 }));

function asked({ window, training, coaching, turn }: Drawn, reports: readonly ReportState[]): ReportCommand {
  const around = acceptedAround(reports, window);
  const at = '2024-06-01T09:00:00.000Z' as VerdictCommand['at'];
  const judging = { by: officer, at };
  switch (turn) {
    case 'submit': {
      const open = { opensOn: '2024-01-01', dueOn: '2024-12-01', closesOn: '2024-12-31', deadlineVersion: 1 };
      const windows = [1, 2, 3].map((number) => ({ ...open, number }));
      const fact = { event: plan, occurredAt: at };
      const data = {
        ...{ ...id, window, receivedAt: at, arrival: null, attachments: {}, acceptedBefore: around.before },
        ...{
          enrolment: { ...fact, windows, ending: null },
          plan: { ...fact, actions: PLANNED, formerly: [] },
        },
        contents: {
          summary: 'Begun',
          actions: says(training, coaching),
        },
      };
      return { type: 'SubmitProgressReport', data, by: person('head', 'setting'), at };
    }
    case 'accept':
      return { ...accept(around), ...judging };
    case 'return':
      return { type: 'ReturnProgressReport', data: { comments: 'no', actions: [] }, ...judging };
    case 'withdraw':
      return { ...withdraw, ...judging };
    default:
      return { ...without(turn, around, training % 2 === 0 ? 'waits' : 'may-be-paid'), ...judging };
  }
}

it('lets accepted spending on an action fall only by the withdrawal of an acceptance, over three windows', () => {
  const reached = new Set<string>();
  const pence = fc.integer({ min: 0, max: 4 });
  const turn = fc.constantFrom('submit', 'submit', 'accept', 'training', 'coaching', 'return', 'withdraw');
  const drawn = fc.record({ window: fc.integer({ min: 1, max: 3 }), training: pence, coaching: pence, turn });
  fc.assert(
    fc.property(fc.array(drawn, { maxLength: 60, size: 'max' }), (turns) => {
      const history = new History();
      const reports: ReportState[] = [1, 2, 3].map(() => report.initial);
      for (const one of turns) {
        const before = acceptedSpending(reports);
        const command = asked(one, reports);
        const state = reports[one.window - 1]!;
        const events = report.decide(command, state);
        if (isRefusal(events)) {
          reached.add(events.code);
          continue;
        }
        const circumstances = { by: command.by, at: command.at, stream: `report-${one.window}` };
        reports[one.window - 1] = events.reduce(
          (so, event) => report.evolve(so, history.record(event, circumstances)),
          state,
        );
        if (command.type === 'WithdrawReportAcceptance') continue;
        const after = acceptedSpending(reports);
        for (const [actionId, { spentPence }] of before) {
          assert.ok(
            (after.get(actionId)?.spentPence ?? 0) >= spentPence,
            `${command.type}: ${actionId} fell`,
          );
        }
        // Nor does an earlier window ever say more than a later one.
        for (const { actionId } of PLANNED) {
          const words = reports.flatMap((so) =>
            so.status === 'none' ? [] : so.accepted.filter((said) => said.actionId === actionId),
          );
          assert.deepEqual(
            words,
            words.toSorted((a, b) => a.spentPence - b.spentPence),
          );
        }
      }
    }),
    { numRuns: 500 },
  );
  expect([...reached]).toEqual(
    expect.arrayContaining([
      ...['REPORT.SPENT_LESS_THAN_ACCEPTED', 'REPORT.SPENT_MORE_THAN_ACCEPTED_LATER'],
      'REPORT.ACCEPTED_LEFT_OUT',
    ]),
  );
});
