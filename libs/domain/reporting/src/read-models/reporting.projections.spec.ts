import { settingEnrolled } from '#domain/programme';
import type { AnyEvent } from '#kernel';
import type { Projection } from '#platform/read-store';
import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { reminderSent } from '../reminder/reminder.events.js';
import {
  progressReportAcceptanceWithdrawn,
  progressReportAccepted,
  progressReportPartlyAccepted,
  progressReportReturned,
  progressReportSubmitted,
} from '../report/report.events.js';
import { remindersProjection } from './reminders/reminders.projection.js';
import { reportsProjection, type ReportDocument } from './reports/reports.projection.js';

const reference = { eventId: 'e', stream: 's-1', revision: '0', type: 'X' };
const id = { programmeId: 'ipswich', urn: '124570' };
const window = {
  number: 1,
  opensOn: '2024-03-31',
  dueOn: '2024-04-30',
  closesOn: '2024-05-14',
  deadlineVersion: 1,
};
const enrolled = settingEnrolled({
  ...id,
  settingName: 'Oak',
  reportWindows: [window, { ...window, number: 2, dueOn: '2024-12-01' }],
  programme: reference,
  setting: reference,
});
const one = { ...id, window: 1 };
const submitted = progressReportSubmitted({
  ...one,
  summary: 'Begun',
  plan: reference,
  actions: [
    { actionId: 'a', status: 'done', spentPence: 100, note: '', evidence: [] },
    { actionId: 'b', status: 'dropped', spentPence: 23, note: 'Provider closed', evidence: [] },
  ],
  arrival: null,
  ending: null,
});
const accepted = progressReportAccepted(one);
const withdrawn = progressReportAcceptanceWithdrawn({ ...one, reason: 'Wrong term' });

function project<D extends { readonly id: string }>(
  projection: Projection<D>,
  ...events: readonly (readonly [AnyEvent & { data: object }, string])[]
): Map<string, D | null> {
  const history = new History();
  const documents = new Map<string, D | null>();
  for (const [event, at] of events) {
    const stream = event.type === 'SettingEnrolled' ? 'participation-x' : 'report-x';
    const recorded = history.record(event, { at, stream });
    const reaction = projection.reactionTo(event.type)!;
    for (const touched of reaction.touches(recorded)) {
      documents.set(touched, reaction.apply(documents.get(touched) ?? null, recorded, touched));
    }
  }
  return documents;
}
const first = (
  ...events: (readonly [AnyEvent & { data: object }, string])[]
): ReportDocument | null | undefined => project(reportsProjection, ...events).get('ipswich.124570.1');

describe('the reports read model', () => {
  it('awaits a report for every window from the enrolment on', () => {
    const documents = project(reportsProjection, [enrolled, '2023-11-01']);
    expect([...documents.keys()]).toEqual(['ipswich.124570.1', 'ipswich.124570.2']);
    expect(documents.get('ipswich.124570.2')).toMatchObject({
      settingName: 'Oak',
      window: 2,
      dueOn: '2024-12-01',
      status: 'awaited',
      next: 'setting',
      revision: null,
    });
  });

  it('shows what came, whether late, and who acts next', () => {
    expect(first([enrolled, '2023-11-01'], [submitted, '2024-04-30T22:59:59.999Z'])).toMatchObject({
      status: 'submitted',
      next: 'approver',
      late: false,
      spentPence: 123,
      revision: '0',
    });
    expect(first([enrolled, '2023-11-01'], [submitted, '2024-04-30T23:00:00Z'])).toMatchObject({
      late: true,
    });
    const history = [
      [enrolled, '2023-11-01'],
      [submitted, '2024-04-20'],
      [accepted, '2024-04-25'],
    ] as const;
    expect(first(...history)).toMatchObject({
      status: 'accepted',
      next: null,
      acceptedAt: '2024-04-25T09:00:00.000Z',
    });
    expect(first(...history, [withdrawn, '2024-05-20'])).toMatchObject({
      status: 'withdrawn',
      next: 'setting',
      because: 'Wrong term',
      acceptedAt: null,
    });
  });

  it('shows what was objected to, and who acts next, until it is sent again', () => {
    const before = [
      [enrolled, '2023-11-01'],
      [submitted, '2024-04-20'],
    ] as const;
    const back = progressReportReturned({
      ...one,
      comments: 'Which term?',
      actions: [{ actionId: 'a', comment: 'which class?' }],
    });
    expect(first(...before, [back, '2024-04-25'])).toMatchObject({
      ...{ status: 'returned', next: 'setting', because: 'Which term?', acceptedAt: null },
      objections: [{ actionId: 'a', says: 'which class?' }],
    });
    const partly = (tranche: 'waits' | 'may-be-paid') =>
      progressReportPartlyAccepted({
        ...{ ...one, accepted: ['b'], tranche, effect: 'half' },
        notAccepted: [{ actionId: 'a', reason: 'no invoice' }],
      });
    expect(first(...before, [partly('waits'), '2024-04-25'])).toMatchObject({
      ...{ status: 'partly-accepted', next: 'setting', because: 'half', acceptedAt: null },
      objections: [{ actionId: 'a', says: 'no invoice' }],
      tranche: 'waits',
      accepted: [{ actionId: 'b', spentPence: 23 }],
    });
    expect(first(...before, [partly('may-be-paid'), '2024-04-25'])).toMatchObject({
      ...{ status: 'partly-accepted', next: null, acceptedAt: '2024-04-25T09:00:00.000Z' },
    });
    expect(first(...before, [partly('waits'), '2024-04-25'], [submitted, '2024-04-26'])).toMatchObject({
      ...{ status: 'submitted', next: 'approver', because: null, objections: [], tranche: null },
      // What was accepted stands while what was sent in its place waits.
      accepted: [{ actionId: 'b', spentPence: 23 }],
    });
  });

  it('shows as accepted what the last verdict on it says, with what an earlier one had accepted', () => {
    const partly = (yes: string, no: string) =>
      progressReportPartlyAccepted({
        ...{ ...one, accepted: [yes], tranche: 'waits', effect: 'half' },
        notAccepted: [{ actionId: no, reason: 'no invoice' }],
      });
    const before = [
      [enrolled, '2023-11-01'],
      [submitted, '2024-04-20'],
      [partly('a', 'b'), '2024-04-21'],
    ] as const;
    expect(first(...before, [partly('b', 'a'), '2024-04-22'])).toMatchObject({
      accepted: [{ actionId: 'b', spentPence: 23 }],
    });
    const more = progressReportSubmitted({
      ...submitted.data,
      actions: submitted.data.actions.map((action) => ({ ...action, spentPence: action.spentPence + 1 })),
    });
    const corrected = [...before, [more, '2024-04-23'], [partly('a', 'b'), '2024-04-24']] as const;
    expect(first(...corrected, [partly('b', 'a'), '2024-04-25'])).toMatchObject({
      accepted: [
        { actionId: 'a', spentPence: 100 },
        { actionId: 'b', spentPence: 24 },
      ],
    });
  });

  it('leaves a correction whose turn it is when what was accepted before is withdrawn', () => {
    const partly = progressReportPartlyAccepted({
      ...{ ...one, accepted: ['b'], tranche: 'waits', effect: 'half' },
      notAccepted: [{ actionId: 'a', reason: 'no invoice' }],
    });
    const back = progressReportReturned({ ...one, comments: 'Which term?', actions: [] });
    const waiting = [
      [enrolled, '2023-11-01'],
      [submitted, '2024-04-20'],
      [partly, '2024-04-21'],
      [submitted, '2024-04-22'],
    ] as const;
    expect(first(...waiting, [withdrawn, '2024-04-23'])).toMatchObject({
      ...{ status: 'submitted', next: 'approver', because: null, accepted: [], revision: '3' },
      nextSince: '2024-04-22T09:00:00.000Z',
    });
    expect(first(...waiting, [back, '2024-04-23'], [withdrawn, '2024-04-24'])).toMatchObject({
      ...{ status: 'returned', next: 'setting', because: 'Which term?', accepted: [], revision: '4' },
      nextSince: '2024-04-23T09:00:00.000Z',
    });
  });

  it('keeps when it first arrived: a correction does not make a report late', () => {
    const corrected = first([enrolled, '2023-11-01'], [submitted, '2024-04-20'], [submitted, '2024-05-10']);
    expect(corrected).toMatchObject({ late: false, submittedAt: '2024-04-20T09:00:00.000Z' });
  });

  it('tells one that operations recorded, or that came from who has left, from the setting’s own', () => {
    const arrival = { how: 'by post', why: 'the portal was down' };
    const byPost = progressReportSubmitted({ ...submitted.data, arrival });
    const before = [[enrolled, '2023-11-01'] as const, [byPost, '2024-04-30'] as const];
    expect(first(...before)).toMatchObject({ arrival, final: false, late: false });
    const last = progressReportSubmitted({ ...submitted.data, ending: reference });
    expect(first(...before, [last, '2024-06-01'])).toMatchObject({ arrival: null, final: true, late: false });
  });

  it('rejects no event, even one whose beginning it never saw', () => {
    expect(first([accepted, '2024-04-25'])).toBeNull();
  });
});

describe('the reminders read model', () => {
  it('shows what was sent', () => {
    const jobId = 'reminder.ipswich.124570.1.due.v1';
    const sent = reminderSent({ ...one, moment: 'due', deadlineVersion: 1, jobId, file: `${jobId}.json` });
    expect(project(remindersProjection, [sent, '2024-04-30']).get(jobId)).toEqual({
      id: jobId,
      ...one,
      moment: 'due',
      deadlineVersion: 1,
      file: `${jobId}.json`,
      sentAt: '2024-04-30T09:00:00.000Z',
    });
  });
});
