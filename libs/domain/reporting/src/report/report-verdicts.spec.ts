import type { EventReference } from '#kernel';
import { given, instant, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  progressReportAcceptanceWithdrawn,
  progressReportAccepted,
  progressReportPartlyAccepted,
  progressReportReturned,
  progressReportSubmitted,
  type ReportEvent,
} from './report.events.js';
import { report } from './report.js';

const reference = (type: string): EventReference => ({
  ...{ eventId: '0b0e3a53-6d6a-5a53-9a53-0b0e3a536d6a', stream: 'plan-ipswich.124570', revision: '1', type },
});
const window = {
  number: 1,
  opensOn: '2024-04-01',
  dueOn: '2024-04-30',
  closesOn: '2024-05-31',
  deadlineVersion: 1,
};
const id = { programmeId: 'ipswich', urn: '124570', window: 1 };
const actions = ['phonics', 'maths', 'coaching'].map((actionId) => ({
  ...{ actionId, status: 'under-way' as const, spentPence: 100, note: '', evidence: [] },
}));
const contents = { summary: 'Begun', actions };
const plan = { event: reference('ActionPlanApproved'), occurredAt: instant('2024-01-10') };
const submit = (summary = 'Begun') => ({
  type: 'SubmitProgressReport' as const,
  data: {
    ...{ ...id, attachments: {}, contents: { ...contents, summary } },
    ...{ receivedAt: instant('2024-04-01'), arrival: null },
    enrolment: {
      ...{ event: reference('SettingEnrolled'), occurredAt: instant('2023-11-01') },
      ...{ windows: [window], ending: null },
    },
    plan: { ...plan, actions: actions.map(({ actionId }) => ({ actionId, costPence: 100 })), formerly: [] },
    acceptedBefore: {},
  },
});
const submitted = (summary = 'Begun') =>
  progressReportSubmitted({ ...id, ...contents, summary, plan: plan.event, arrival: null, ending: null });
const accepted = progressReportAccepted(id);
const around = { before: {}, after: {} };
const part = {
  notAccepted: [{ actionId: 'maths', reason: 'no invoice' }],
  effect: 'tranche 2 waits for the invoice',
};
const acceptPart = (change: object = {}) => ({
  type: 'AcceptPartOfReport' as const,
  data: { verdict: { ...part, tranche: 'waits' as const, ...change }, around },
});
const partly = (tranche: 'waits' | 'may-be-paid' = 'waits') =>
  progressReportPartlyAccepted({ ...id, accepted: ['phonics', 'coaching'], ...part, tranche });
const comments = {
  comments: 'The spend does not add up',
  actions: [{ actionId: 'maths', comment: 'twice?' }],
};
const giveBack = (change: object = {}) => ({
  type: 'ReturnProgressReport' as const,
  data: { ...comments, ...change },
});
const returned = progressReportReturned({ ...id, ...comments });
const accept = { type: 'AcceptProgressReport' as const, data: { around } };
const withdraw = { type: 'WithdrawReportAcceptance' as const, data: { reason: 'a mistake' } };

const head = person('head');
const officer = person('officer');
const at = '2024-04-20';
const on = (event: ReportEvent, when = '2024-04-10', by = head): Given<ReportEvent> => [
  event,
  { at: when, by },
];
const judged = (event: ReportEvent) => on(event, '2024-04-15', officer);

describe('accepting a part of a report', () => {
  it('says which actions, why not the others, and what that means for the tranche', () => {
    given(report, on(submitted())).when(acceptPart(), { at, by: officer }).then(partly());
    given(report, on(submitted()))
      .when(acceptPart({ tranche: 'may-be-paid' }), { at, by: officer })
      .then(partly('may-be-paid'));
  });

  it('may be looked at again: another part, or all of it', () => {
    given(report, on(submitted()), judged(partly()))
      .when(acceptPart({ tranche: 'may-be-paid' }), { at, by: officer })
      .then(partly('may-be-paid'));
    given(report, on(submitted()), judged(partly())).when(accept, { at, by: officer }).then(accepted);
  });

  it('leaves the report with its setting while the tranche waits, also after the window closed', () => {
    given(report, on(submitted()), judged(partly()))
      .when(submit('With the invoice'), { at: '2024-07-01' })
      .then(submitted('With the invoice'));
  });

  it('settles it where the tranche may be paid, until that is withdrawn', () => {
    const settled = [on(submitted()), judged(partly('may-be-paid'))];
    given(report, ...settled)
      .when(submit('More'), { at })
      .thenRefused('REPORT.ALREADY_ACCEPTED');
    given(report, ...settled)
      .when(submit(), { at })
      .thenNothing();
    given(report, ...settled)
      .when(withdraw, { at, by: officer })
      .then(progressReportAcceptanceWithdrawn({ ...id, reason: 'a mistake' }));
  });

  it.each([
    [{ notAccepted: [] }, 'REPORT.MALFORMED', 'notAccepted'],
    [{ notAccepted: [{ actionId: 'maths', reason: ' ' }] }, 'REPORT.MALFORMED', 'notAccepted[0].reason'],
    [
      { notAccepted: [{ actionId: 'art', reason: 'x' }] },
      'REPORT.ACTION_NOT_REPORTED',
      'notAccepted[0].actionId',
    ],
    [
      { notAccepted: [...part.notAccepted, ...part.notAccepted] },
      ...['REPORT.ACTION_TWICE', 'notAccepted[1].actionId'],
    ],
    [
      { notAccepted: actions.map(({ actionId }) => ({ actionId, reason: 'x' })) },
      ...['REPORT.NOTHING_ACCEPTED', 'notAccepted'],
    ],
    [{ tranche: 'perhaps' }, 'REPORT.MALFORMED', 'tranche'],
    [{ effect: '' }, 'REPORT.MALFORMED', 'effect'],
  ] as const)('names the field and the rule: %#', (change, code, field) => {
    const refusal = given(report, on(submitted()))
      .when(acceptPart(change), { at, by: officer })
      .thenRefused(code);
    expect(refusal.details['field']).toBe(field);
    expect(refusal.message).toContain(field);
  });

  it('refuses a submitter, what is not submitted, and a moment before it was', () => {
    given(report, on(submitted()))
      .when(acceptPart(), { at, by: head })
      .thenRefused('REPORT.ACCEPTER_SUBMITTED');
    given(report).when(acceptPart(), { at, by: officer }).thenRefused('REPORT.NOT_SUBMITTED');
    for (const verdict of [accepted, returned]) {
      given(report, on(submitted()), judged(verdict))
        .when(acceptPart(), { at, by: officer })
        .thenRefused('REPORT.NOT_SUBMITTED');
    }
    given(report, on(submitted()))
      .when(acceptPart(), { at: '2024-04-09', by: officer })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('returning a report', () => {
  it('says what is to be changed, of the whole and of single actions', () => {
    given(report, on(submitted())).when(giveBack(), { at, by: officer }).then(returned);
    given(report, on(submitted()))
      .when(giveBack({ actions: [] }), { at, by: officer })
      .then(progressReportReturned({ ...id, ...comments, actions: [] }));
  });

  it('gives it to the setting: only to be sent again, also after the window closed', () => {
    const history = [on(submitted()), judged(returned)];
    given(report, ...history)
      .when(accept, { at, by: officer })
      .thenRefused('REPORT.NOT_SUBMITTED');
    given(report, ...history)
      .when(submit(), { at: '2024-07-01' })
      .then(submitted());
    given(report, ...history)
      .when(submit(), { at: '2024-04-14' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it.each([
    [{ comments: ' ' }, 'REPORT.MALFORMED', 'comments'],
    [{ actions: [{ actionId: 'art', comment: 'x' }] }, 'REPORT.ACTION_NOT_REPORTED', 'actions[0].actionId'],
    [{ actions: [...comments.actions, ...comments.actions] }, 'REPORT.ACTION_TWICE', 'actions[1].actionId'],
  ])('names the field and the rule: %#', (change, code, field) => {
    const refusal = given(report, on(submitted()))
      .when(giveBack(change), { at, by: officer })
      .thenRefused(code);
    expect(refusal.details['field']).toBe(field);
  });

  it('refuses a submitter, and a report that does not wait for a judgement', () => {
    given(report, on(submitted()))
      .when(giveBack(), { at, by: head })
      .thenRefused('REPORT.ACCEPTER_SUBMITTED');
    given(report).when(giveBack(), { at, by: officer }).thenRefused('REPORT.NOT_SUBMITTED');
    for (const verdict of [accepted, partly()]) {
      given(report, on(submitted()), judged(verdict))
        .when(giveBack(), { at, by: officer })
        .thenRefused('REPORT.NOT_SUBMITTED');
    }
  });
});
