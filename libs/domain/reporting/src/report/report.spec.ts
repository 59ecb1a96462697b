import type { EventReference } from '#kernel';
import { given, instant, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import type { ReportContents } from './report-rules.js';
import {
  progressReportAcceptanceWithdrawn,
  progressReportAccepted,
  progressReportSubmitted,
  type ReportEvent,
} from './report.events.js';
import { report, reportId, type SubmitProgressReportCommand } from './report.js';

const reference = (type: string): EventReference => ({
  eventId: '0b0e3a53-6d6a-5a53-9a53-0b0e3a536d6a',
  stream: 'plan-ipswich.124570',
  revision: '1',
  type,
});
const plan: NonNullable<SubmitProgressReportCommand['data']['plan']> = {
  event: reference('ActionPlanApproved'),
  occurredAt: instant('2024-01-10'),
  actions: ['phonics-training', 'maths-coaching'].map((actionId) => ({ actionId, costPence: 450_000 })),
  formerly: [],
};
// It opens on the day the clocks go forward in London and closes on the day they go back.
const window = {
  number: 1,
  opensOn: '2024-03-31',
  dueOn: '2024-04-30',
  closesOn: '2024-10-27',
  deadlineVersion: 1,
};
const enrolment = {
  event: reference('SettingEnrolled'),
  occurredAt: instant('2023-11-01'),
  windows: [window, { ...window, number: 2, opensOn: '2023-11-01', closesOn: '2025-06-30' }],
  ending: null,
};
const id = { programmeId: 'ipswich', urn: '124570', window: 1 };

const contents: ReportContents = {
  summary: 'Training has begun',
  actions: [
    { actionId: 'phonics-training', status: 'under-way', spentPence: 120_000, note: '', evidence: [] },
    { actionId: 'maths-coaching', status: 'not-started', spentPence: 0, note: '', evidence: [] },
  ],
};
const submit = (changes: object = {}) => ({
  type: 'SubmitProgressReport' as const,
  data: {
    ...id,
    // Whatever day a test says, it is not an earlier one than that.
    receivedAt: instant('2023-01-01'),
    arrival: null,
    enrolment,
    plan,
    acceptedBefore: {},
    contents,
    attachments: {},
    ...changes,
  } as SubmitProgressReportCommand['data'],
});
const submitted = (summary = contents.summary) =>
  progressReportSubmitted({
    ...{ ...id, summary, plan: plan.event },
    actions: contents.actions.map((action) => ({ ...action, evidence: [] })),
    arrival: null,
    ending: null,
  });
const accepted = progressReportAccepted(id);
const withdrawn = progressReportAcceptanceWithdrawn({ ...id, reason: 'The figures were last term’s' });
const accept = { type: 'AcceptProgressReport' as const, data: { around: { before: {}, after: {} } } };
const withdraw = (reason = 'The figures were last term’s') => ({
  type: 'WithdrawReportAcceptance' as const,
  data: { reason },
});

const head = person('head');
const officer = person('officer');
const at = '2024-04-20';
const on = (event: ReportEvent, when = '2024-04-10', by = head): Given<ReportEvent> => [
  event,
  { at: when, by },
];

describe('submitting a progress report', () => {
  it('names the approval of the plan it reports on', () => {
    given(report).when(submit(), { at }).then(submitted());
  });

  it('cites the files that show it as they were kept, and is another report with other files', () => {
    const sha256 = 'a'.repeat(64);
    const letter = { fileName: 'letter.pdf', mediaType: 'application/pdf', bytes: 12, sha256 };
    const shown = {
      attachments: { [sha256]: letter },
      contents: {
        ...contents,
        actions: [{ ...contents.actions[0]!, evidence: [sha256] }, contents.actions[1]!],
      },
    };
    const { data } = submitted();
    const [training, coaching] = data.actions;
    const told = progressReportSubmitted({
      ...data,
      actions: [{ ...training!, evidence: [letter] }, coaching!],
    });
    given(report).when(submit(shown), { at }).then(told);
    given(report, on(told)).when(submit(), { at }).then(submitted());
  });

  it('is already done when sent again, even after the window closed or the report was accepted', () => {
    given(report, on(submitted())).when(submit(), { at: '2025-01-01' }).thenNothing();
    given(report, on(submitted()), on(accepted, at, officer))
      .when(submit(), { at: '2025-01-01' })
      .thenNothing();
  });

  it('may be corrected in the window until it is accepted', () => {
    const other = { ...contents, summary: 'Training is half done' };
    given(report, on(submitted()))
      .when(submit({ contents: other }), { at })
      .then(submitted('Training is half done'));
    given(report, on(submitted()), on(accepted, '2024-04-15', officer))
      .when(submit({ contents: other }), { at })
      .thenRefused('REPORT.ALREADY_ACCEPTED');
    given(report, on(submitted()))
      .when(submit({ contents: other }), { at: '2024-10-28' })
      .thenRefused('REPORT.WINDOW_CLOSED');
  });

  it('may be corrected after its acceptance was withdrawn, even if that was after the window closed', () => {
    given(report, on(submitted()), on(accepted, at, officer), on(withdrawn, '2024-11-05', officer))
      .when(submit(), { at: '2024-11-10' })
      .then(submitted());
    given(report, on(submitted()), on(accepted, at, officer), on(withdrawn, '2024-11-05', officer))
      .when(submit(), { at: '2024-11-04' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('refuses without an enrolment, a window of that number, or an approved plan', () => {
    expect(
      given(report)
        .when(submit({ enrolment: null }), { at })
        .thenRefused('REPORT.SETTING_NOT_ENROLLED').kind,
    ).toBe('not-found');
    expect(
      given(report)
        .when(submit({ window: 3 }), { at })
        .thenRefused('REPORT.WINDOW_NOT_FOUND').details,
    ).toEqual({ field: 'window', windows: [1, 2] });
    expect(
      given(report)
        .when(submit({ plan: null }), { at })
        .thenRefused('REPORT.PLAN_NOT_APPROVED').kind,
    ).toBe('wrong-state');
  });

  it('refuses a moment before the plan was approved', () => {
    given(report)
      .when(submit({ window: 2 }), { at: '2024-01-09' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it.each([
    [
      'a millisecond before the day, winter time until 01:00',
      '2024-03-30T23:59:59.999Z',
      'REPORT.WINDOW_NOT_OPEN',
    ],
    ['its first moment', '2024-03-31T00:00:00Z', undefined],
    ['late, which is still in time', '2024-05-01T00:00:00Z', undefined],
    ['the last moment, winter time since 01:00 UTC', '2024-10-27T23:59:59.999Z', undefined],
    ['a millisecond after', '2024-10-28T00:00:00Z', 'REPORT.WINDOW_CLOSED'],
  ])('goes by the London calendar: %s', (_, moment, code) => {
    const decided = given(report).when(submit(), { at: moment });
    if (code === undefined) decided.then(submitted());
    else expect(decided.thenRefused(code).kind).toBe('wrong-state');
  });

  const [action] = contents.actions;
  const one = (changes: object): object => ({
    contents: { ...contents, actions: [{ ...action, ...changes }, contents.actions[1]] },
  });
  it.each([
    [{ contents: { ...contents, summary: ' ' } }, 'REPORT.MALFORMED', 'summary'],
    [{ contents: { summary: 'x' } }, 'REPORT.MALFORMED', 'actions'],
    [{ contents: { ...contents, actions: [] } }, 'REPORT.MALFORMED', 'actions'],
    [{ contents: { ...contents, total: 3 } }, 'REPORT.MALFORMED', 'total'],
    [one({ spentPence: -1 }), 'REPORT.MALFORMED', 'actions[0].spentPence'],
    [one({ spentPence: 0.5 }), 'REPORT.MALFORMED', 'actions[0].spentPence'],
    [one({ spentPence: 1_000_000_000_001 }), 'REPORT.MALFORMED', 'actions[0].spentPence'],
    [one({ status: 'finished' }), 'REPORT.MALFORMED', 'actions[0].status'],
    [one({ note: undefined }), 'REPORT.MALFORMED', 'actions[0].note'],
    [one({ evidence: ['letter.pdf'] }), 'REPORT.MALFORMED', 'actions[0].evidence[0]'],
    [one({ evidence: ['b'.repeat(64)] }), 'REPORT.EVIDENCE_NOT_KEPT', 'actions[0].evidence[0]'],
    [one({ actionId: 'biscuits' }), 'REPORT.UNKNOWN_ACTION', 'actions[0].actionId'],
    [{ contents: { ...contents, actions: [action, action] } }, 'REPORT.ACTION_TWICE', 'actions[1].actionId'],
    [{ contents: { ...contents, actions: [action] } }, 'REPORT.ACTIONS_MISSING', 'actions'],
  ])('names the field and the rule: %#', (changes, code, field) => {
    const refusal = given(report).when(submit(changes), { at }).thenRefused(code);
    expect(refusal.details['field']).toBe(field);
    expect(refusal.message).toContain(field);
  });
});

describe('the day a report counts from', () => {
  const receivedAt = instant('2024-05-01'); // the day after it was due
  const sam = person('sam', 'setting');
  const arrival = { how: 'by post', why: 'the portal did not take the file' };
  const byPost = progressReportSubmitted({ ...submitted().data, arrival });

  it('is the day a setting sent it, at whatever hour', () => {
    given(report)
      .when(submit({ receivedAt }), { at: '2024-05-01T00:00:00+01:00', by: sam })
      .then(submitted());
    const refusal = given(report)
      .when(submit({ receivedAt }), { at: '2024-04-30T23:59:59+01:00', by: sam })
      .thenRefused('REPORT.DATED_BY_RECEIPT');
    expect([refusal.kind, refusal.details]).toEqual([
      'not-allowed',
      { field: 'occurredAt', receivedOn: '2024-05-01' },
    ]);
    // Neither does it say that it came by post, on the day or before.
    given(report)
      .when(submit({ receivedAt, arrival }), { at: '2024-04-30', by: sam })
      .thenRefused('REPORT.ARRIVAL_BY_OPERATIONS');
    given(report)
      .when(submit({ receivedAt: instant('2024-11-02') }), { at: '2024-10-27', by: sam })
      .thenRefused('REPORT.DATED_BY_RECEIPT'); // nor into a window that has closed
  });

  it('is an earlier one if operations says how it came and why', () => {
    given(report)
      .when(submit({ receivedAt }), { at: '2024-04-30', by: officer })
      .thenRefused('REPORT.ARRIVAL_NOT_SAID');
    given(report).when(submit({ receivedAt, arrival }), { at: '2024-04-30', by: officer }).then(byPost);
    given(report)
      .when(submit({ receivedAt, arrival: { how: ' ', why: 'x' } }), { at: '2024-04-30', by: officer })
      .thenRefused('REPORT.MALFORMED');
    // Not further back than the window was open.
    given(report)
      .when(submit({ receivedAt, arrival }), { at: '2024-03-30', by: officer })
      .thenRefused('REPORT.WINDOW_NOT_OPEN');
  });
});

describe('money spent on what is planned no more', () => {
  const ending = { event: { ...reference('SettingWithdrawn') }, occurredAt: instant('2024-11-20') };
  const left = { enrolment: { ...enrolment, ending } };
  const last = progressReportSubmitted({ ...submitted().data, ending: ending.event });

  it('is reported after the part has ended, whether or not the window has opened or closed', () => {
    given(report).when(submit(left), { at: '2024-11-21' }).then(last);
    const ahead = [{ ...window, opensOn: '2025-04-01', dueOn: '2025-04-30', closesOn: '2025-05-31' }];
    const early = { enrolment: { ...left.enrolment, windows: ahead } };
    given(report).when(submit(early), { at: '2024-11-21' }).then(last);
    // As of a day before it left, its windows count as ever.
    given(report).when(submit(left), { at: '2024-11-01' }).thenRefused('REPORT.WINDOW_CLOSED');
    given(report, on(submitted()), on(accepted, at, officer))
      .when(submit({ ...left, contents: { ...contents, summary: 'All was spent' } }), { at: '2024-11-21' })
      .thenRefused('REPORT.ALREADY_ACCEPTED');
  });

  it('is reported of an action that an earlier version of the plan had, which need not be told of', () => {
    const varied = { plan: { ...plan, actions: [plan.actions[0]!], formerly: [plan.actions[1]!] } };
    given(report).when(submit(varied), { at }).then(submitted());
    given(report)
      .when(submit({ ...varied, contents: { ...contents, actions: [contents.actions[1]] } }), { at })
      .thenRefused('REPORT.ACTIONS_MISSING');
    const [training] = submitted().data.actions;
    given(report)
      .when(submit({ ...varied, contents: { ...contents, actions: [contents.actions[0]] } }), { at })
      .then(progressReportSubmitted({ ...submitted().data, actions: [training!] }));
  });
});

it('names every action of the plan that a report leaves out', () => {
  const plans = { ...plan, actions: [...plan.actions, { actionId: 'governor-visits', costPence: 1 }] };
  const only = { ...contents, actions: [contents.actions[1]] };
  const refusal = given(report)
    .when(submit({ plan: plans, contents: only }), { at })
    .thenRefused('REPORT.ACTIONS_MISSING');
  expect(refusal.details['missing']).toEqual(['phonics-training', 'governor-visits']);
  expect(refusal.message).toContain('phonics-training, governor-visits');
});

describe('accepting a progress report', () => {
  it('is for somebody who did not submit it, also again after a withdrawal', () => {
    given(report, on(submitted())).when(accept, { at, by: officer }).then(accepted);
    given(report, on(submitted()), on(accepted, at, officer), on(withdrawn, at, officer))
      .when(accept, { at: '2025-01-01', by: officer })
      .then(accepted);
  });

  it('refuses a submitter, in any role, of this or an earlier version', () => {
    const refusal = given(report, on(submitted()))
      .when(accept, { at, by: person('head', 'approver') })
      .thenRefused('REPORT.ACCEPTER_SUBMITTED');
    expect(refusal.kind).toBe('not-allowed');
    given(report, on(submitted()), on(submitted('More'), '2024-04-11', person('deputy')))
      .when(accept, { at, by: head })
      .thenRefused('REPORT.ACCEPTER_SUBMITTED');
  });

  it('refuses what was not submitted, or was accepted by somebody else', () => {
    given(report).when(accept, { at, by: officer }).thenRefused('REPORT.NOT_SUBMITTED');
    given(report, on(submitted()), on(accepted, at, person('other')))
      .when(accept, { at, by: officer })
      .thenRefused('REPORT.NOT_SUBMITTED');
  });

  it('refuses a moment before the submission', () => {
    given(report, on(submitted()))
      .when(accept, { at: '2024-04-09', by: officer })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('withdrawing an acceptance', () => {
  it('says why', () => {
    given(report, on(submitted()), on(accepted, at, officer))
      .when(withdraw(), { at })
      .then(withdrawn);
  });

  it('refuses what is not accepted', () => {
    given(report).when(withdraw(), { at }).thenRefused('REPORT.NOT_ACCEPTED');
    given(report, on(submitted())).when(withdraw(), { at }).thenRefused('REPORT.NOT_ACCEPTED');
    given(report, on(submitted()), on(accepted, at, officer), on(withdrawn, at, officer))
      .when(withdraw('Another reason'), { at })
      .thenRefused('REPORT.NOT_ACCEPTED');
  });

  it('refuses without a reason, and before the acceptance', () => {
    const history = [on(submitted()), on(accepted, '2024-04-15', officer)];
    expect(
      given(report, ...history)
        .when(withdraw(''))
        .thenRefused('REPORT.MALFORMED').details,
    ).toEqual({
      field: 'reason',
    });
    given(report, ...history)
      .when(withdraw(), { at: '2024-04-14' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

it('lives under programme, setting and window', () => {
  expect(reportId('ipswich', '124570', 2)).toBe('ipswich.124570.2');
});
