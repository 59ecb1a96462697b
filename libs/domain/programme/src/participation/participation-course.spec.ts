import { derivedId } from '#kernel';
import { given, instant, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  continuityDecisionRaised,
  dueDiligenceCompleted,
  financialReviewCompleted,
  fraudRiskAssessed,
  grantAgreementSigned,
  invitationDeclined,
  settingEnrolled,
  settingInvited,
  settingWithdrawn,
} from './participation.events.js';
import { participation } from './participation.js';

const ids = { programmeId: 'ipswich', urn: '124570' };
const fact = (stream: string, at = '2023-12-01') => ({
  event: { eventId: `id of ${stream}`, stream, revision: '0', type: 'T' },
  occurredAt: instant(at),
});
const programme = { ...fact('programme-ipswich'), reportWindows: [] };
const setting = { ...fact('setting-124570'), name: 'Acorn Wharf', status: 'Open' };
const refs = { programme: programme.event, setting: setting.event };
const invited = settingInvited({ ...ids, settingName: 'Acorn Wharf', answerBy: null, ...refs });
const declined = invitationDeclined({ ...ids, reason: 'no cover' });
const enrolled = settingEnrolled({ ...ids, settingName: 'Acorn Wharf', reportWindows: [], ...refs });
const withdrawn = settingWithdrawn({ ...ids, reason: 'the head left' });
const sha256 = 'a'.repeat(64);

const invite = (changed: object = {}) => ({
  type: 'InviteSetting' as const,
  data: { ...ids, answerBy: null, programme, setting, ...changed },
});
const decline = { type: 'DeclineInvitation' as const, data: { ...ids, reason: 'no cover' } };
const withdraw = { type: 'WithdrawSetting' as const, data: { ...ids, reason: 'the head left' } };
const enrol = { type: 'EnrolSetting' as const, data: { ...ids, programme, setting } };

const passed = { outcome: 'passed' as const, conditions: [], checks: ['accounts'], evidence: null };
const low = { level: 'low' as const, outcome: 'acceptable' as const, mitigation: null };

describe('an invitation', () => {
  it('is for a setting that is not closed, even if it is only proposed to open', () => {
    given(participation).when(invite()).then(invited);
    given(participation)
      .when(invite({ setting: { ...setting, status: 'Proposed to open' } }))
      .then(invited);
    given(participation)
      .when(invite({ setting: { ...setting, status: 'Closed' } }))
      .thenRefused('SETTING.CLOSED');
    given(participation)
      .when(invite({ setting: null }))
      .thenRefused('SETTING.NOT_FOUND');
    given(participation)
      .when(invite({ programme: null }))
      .thenRefused('PROGRAMME.NOT_FOUND');
    given(participation)
      .when(invite({ urn: '12' }))
      .thenRefused('SETTING.BAD_URN');
    given(participation)
      .when(invite({ answerBy: '2024-02-30' }))
      .thenRefused('TIME.NOT_UNDERSTOOD');
    const past = given(participation).when(invite({ answerBy: '2024-01-01' }));
    expect(past.thenRefused('PARTICIPATION.ANSWER_BY').details['field']).toBe('answerBy');
    given(participation)
      .when(invite({ answerBy: '2024-01-02' }))
      .then(settingInvited({ ...invited.data, answerBy: '2024-01-02' }));
    given(participation, enrolled).when(invite()).thenRefused('PARTICIPATION.ALREADY_ENROLLED');
    given(participation, enrolled, withdrawn).when(invite()).thenRefused('PARTICIPATION.ENDED');
  });
  it('is declined once, and then no enrolment until it is invited again', () => {
    given(participation, invited).when(decline).then(declined);
    given(participation).when(decline).thenRefused('PARTICIPATION.NOT_INVITED');
    given(participation, enrolled).when(decline).thenRefused('PARTICIPATION.NOT_INVITED');
    given(participation, invited, declined).when(enrol).thenRefused('PARTICIPATION.DECLINED');
    given(participation, invited, declined).when(invite()).then(invited);
    given(participation, invited).when(enrol).then(enrolled);
    // The setting accepts it itself; without one it does not enrol itself.
    const by = person('sam', 'setting');
    given(participation, invited).when(enrol, { by }).then(enrolled);
    given(participation).when(enrol, { by }).thenRefused('PARTICIPATION.NOT_INVITED');
  });
});

describe('a withdrawal', () => {
  it('is of an enrolled setting, which cannot be enrolled again', () => {
    given(participation, enrolled).when(withdraw).then(withdrawn);
    given(participation, invited).when(withdraw).thenRefused('PARTICIPATION.NOT_ENROLLED');
    given(participation, enrolled, withdrawn).when(enrol).thenRefused('PARTICIPATION.ENDED');
    given(participation, enrolled)
      .when({ ...withdraw, data: { ...ids, reason: ' ' } })
      .thenRefused('PARTICIPATION.MALFORMED');
    given(participation, [enrolled, { at: '2024-03-01' }])
      .when(withdraw, { at: '2024-02-01' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('the checks', () => {
  const ann = person('ann');
  const diligence = (found: object = {}) => ({
    type: 'CompleteDueDiligence' as const,
    data: { ...ids, found: { ...passed, ...found } },
  });
  const fraud = (found: object = {}) => ({
    type: 'AssessFraudRisk' as const,
    data: { ...ids, found: { ...low, ...found } },
  });
  const done = dueDiligenceCompleted({ ...ids, ...passed });
  const assessed = fraudRiskAssessed({ ...ids, ...low });

  it('are two people’s, and neither is the setting’s', () => {
    given(participation, enrolled).when(diligence(), { by: ann }).then(done);
    given(participation, enrolled, [done, { by: ann }])
      .when(fraud())
      .then(assessed);
    given(participation, enrolled, [done, { by: ann }])
      .when(fraud(), { by: ann })
      .thenRefused('PARTICIPATION.SECOND_CHECK');
    given(participation, enrolled, [assessed, { by: ann }])
      .when(diligence(), { by: ann })
      .thenRefused('PARTICIPATION.SECOND_CHECK');
    given(participation, enrolled)
      .when(diligence(), { by: person('sam', 'setting') })
      .thenRefused('PARTICIPATION.OWN_CHECK');
  });
  it('say what their outcome needs', () => {
    const refused = (request: ReturnType<typeof diligence> | ReturnType<typeof fraud>) =>
      given(participation, enrolled).when(request).thenRefused('PARTICIPATION.MALFORMED').details['field'];
    expect(refused(diligence({ outcome: 'passed-with-conditions' }))).toBe('conditions');
    expect(refused(diligence({ conditions: ['x'] }))).toBe('conditions');
    expect(refused(diligence({ checks: [] }))).toBe('checks');
    expect(refused(fraud({ outcome: 'acceptable-with-mitigation' }))).toBe('mitigation');
    expect(refused(fraud({ level: 'high' }))).toBe('outcome');
    given(participation).when(diligence()).thenRefused('PARTICIPATION.NOT_ENROLLED');
    given(participation, enrolled, withdrawn).when(fraud()).thenRefused('PARTICIPATION.ENDED');
  });
});

describe('signing the grant agreement', () => {
  const inForce = { version: 2, sha256, effectiveOn: '2024-01-01', issue: fact('agreement-ipswich') };
  const signing = { version: 2, sha256, signatory: { subject: 'sam', roleTitle: 'head teacher' } };
  const sign = (changed: object = {}, now: typeof inForce | null = inForce) => ({
    type: 'SignGrantAgreement' as const,
    data: { ...ids, signing: { ...signing, ...changed }, inForce: now },
  });
  const signed = grantAgreementSigned({ ...ids, ...signing, agreement: inForce.issue.event });
  const sam = person('sam', 'setting');

  it('is done by the setting for itself, or recorded for somebody of it', () => {
    given(participation, enrolled).when(sign(), { by: sam }).then(signed);
    given(participation, enrolled).when(sign()).then(signed);
    given(participation, enrolled)
      .when(sign(), { by: person('Sam', 'setting') })
      .then(signed);
    for (const by of [person('kim', 'setting'), person('sam', 'operations'), person('SAM', 'operations')]) {
      given(participation, enrolled).when(sign(), { by }).thenRefused('AGREEMENT.SIGNATORY');
    }
    // Nor by who has checked the setting for the programme, in whatever role.
    for (const done of [
      dueDiligenceCompleted({ ...ids, ...passed }),
      fraudRiskAssessed({ ...ids, ...low }),
    ]) {
      const past = given(participation, enrolled, [done, { by: person('Sam', 'operations') }]);
      past.when(sign(), { by: sam }).thenRefused('AGREEMENT.SIGNATORY');
      past.when(sign()).thenRefused('AGREEMENT.SIGNATORY');
    }
  });
  it('waits for the board, once the register says that the setting closed; what was signed stays', () => {
    const said = { because: 'closed' as const, successors: [], closedOn: null };
    const cause = fact('setting-124570').event;
    const decisionId = derivedId('continuity', 'ipswich.124570', cause.eventId);
    const raised = continuityDecisionRaised({ ...ids, decisionId, ...said, cause });
    given(participation, enrolled, raised)
      .when(sign(), { by: sam })
      .thenRefused('AGREEMENT.CONTINUITY_UNDECIDED');
    given(participation, enrolled, signed, raised).when(sign(), { by: sam }).then();
  });
  it('is of the version in force and the document that was issued', () => {
    given(participation, enrolled).when(sign({}, null), { by: sam }).thenRefused('AGREEMENT.NOT_ISSUED');
    given(participation, enrolled)
      .when(sign({ version: 1 }), { by: sam })
      .thenRefused('AGREEMENT.NOT_IN_FORCE');
    given(participation, enrolled)
      .when(sign({ sha256: 'b'.repeat(64) }), { by: sam })
      .thenRefused('AGREEMENT.OTHER_DOCUMENT');
    given(participation, enrolled)
      .when(sign({ version: 0 }), { by: sam })
      .thenRefused('AGREEMENT.MALFORMED');
  });
});

describe('a financial review', () => {
  const found = { upTo: '2024-01-01', spentPence: 5, findings: 'agrees with the invoices' };
  const review = (outcome: 'continue' | 'discontinue' | 'amend', changed: object = {}) => ({
    type: 'CompleteFinancialReview' as const,
    data: { ...ids, review: { ...found, outcome, amendment: null, ...changed }, paid },
  });
  const paid = [
    { amountPence: 5, instructedAt: instant('2024-01-01') },
    { amountPence: 7, instructedAt: instant('2024-01-02') },
  ];
  const reviewed = (outcome: string, amendment: string | null = null) =>
    financialReviewCompleted({ ...ids, ...found, outcome, amendment });

  it('continues, amends or discontinues; after that nothing can be begun', () => {
    given(participation, enrolled).when(review('continue')).then(reviewed('continue'));
    given(participation, enrolled)
      .when(review('amend', { amendment: 'later' }))
      .then(reviewed('amend', 'later'));
    given(participation, enrolled).when(review('discontinue')).then(reviewed('discontinue'));
    given(participation, enrolled, reviewed('discontinue')).when(withdraw).thenRefused('PARTICIPATION.ENDED');
    given(participation, enrolled, withdrawn)
      .when(review('continue'))
      .thenRefused('REVIEW.NOTHING_TO_CONTINUE');
  });
  it('says what is amended, up to a day that has come, and is nobody’s own', () => {
    given(participation, enrolled).when(review('amend')).thenRefused('REVIEW.MALFORMED');
    given(participation, enrolled)
      .when(review('continue', { amendment: 'x' }))
      .thenRefused('REVIEW.MALFORMED');
    given(participation, enrolled)
      .when(review('continue', { upTo: '2024-02-01' }))
      .thenRefused('REVIEW.MALFORMED');
    given(participation, enrolled)
      .when(review('continue'), { by: person('sam', 'setting') })
      .thenRefused('REVIEW.OWN_REVIEW');
    given(participation, invited).when(review('continue')).thenRefused('PARTICIPATION.NOT_ENROLLED');
  });
});

describe('a financial review is held against', () => {
  const review = (changed: object = {}, paid: readonly { amountPence: number; at: string }[] = []) => ({
    type: 'CompleteFinancialReview' as const,
    data: {
      ...ids,
      review: {
        ...{ upTo: '2024-06-30', spentPence: 0, findings: 'agrees', outcome: 'continue' as const },
        ...{ amendment: null, ...changed },
      },
      paid: paid.map(({ amountPence, at }) => ({ amountPence, instructedAt: instant(at) })),
    },
  });
  const later = { at: '2024-08-01' };

  it('what the setting had been paid by the day it looks at, and not a penny more', () => {
    const paid = [
      { amountPence: 500, at: '2024-03-01' },
      { amountPence: 300, at: '2024-06-30T22:59:59Z' },
      { amountPence: 200, at: '2024-06-30T23:00:00Z' }, // 1 July in London
    ];
    const part = given(participation, enrolled);
    const { type, data } = review({ spentPence: 800 }, paid);
    part.when({ type, data }, later).then(financialReviewCompleted({ ...ids, ...data.review }));
    const refused = part
      .when(review({ spentPence: 801 }, paid), later)
      .thenRefused('REVIEW.SPENT_BEYOND_PAID');
    expect(refused.message).toContain('£8.01 is more than the £8.00');
    part.when(review({ spentPence: 1 }), later).thenRefused('REVIEW.SPENT_BEYOND_PAID');
  });

  it('the time since the part began, and what the last review looked at', () => {
    const { data } = review();
    const before = financialReviewCompleted({ ...ids, ...data.review });
    const early = given(participation, enrolled)
      .when(review({ upTo: '2023-12-31' }), later)
      .thenRefused('REVIEW.MALFORMED');
    expect(early.message).toContain("on which the setting's part began");
    const again = given(participation, enrolled, [before, { at: '2024-07-01' }])
      .when(review({ upTo: '2024-06-29' }), later)
      .thenRefused('REVIEW.MALFORMED');
    expect(again.message).toContain('up to which the last review looked already');
  });
});
