// What an acceptance and the signatures of a tranche rest on: how the setting's part stands on the day.
import {
  continuityDecided,
  continuityDecisionRaised,
  dueDiligenceCompleted,
  financialReviewCompleted,
  fraudRiskAssessed,
  grantAgreementSigned,
  settingEnrolled,
  type AgreementState,
  type ParticipationEvent,
} from '#domain/programme';
import { given, History, instant, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { trancheApproved, trancheProposed, trancheReleased } from './allocation.events.js';
import { accepted, fact, inOrder, of, offered, ready, reference, setting } from './allocation.fixture.js';
import { allocation } from './allocation.js';
import { standingOn, type PartStanding } from './part-standing.js';

type Change = Partial<PartStanding>;
const sign = (type: 'ProposeTranche' | 'ApproveTranche' | 'ReleaseTranche', change: Change = {}) =>
  ({ type, data: { number: 1, standing: { ...inOrder, ...change } } }) as const;
const accept = (change: Change = {}) =>
  ({ type: 'AcceptOffer', data: { standing: { ...inOrder, ...change } } }) as const;
const proposed = [...ready, [trancheProposed(of(1)), { by: person('ann') }]] as const;
const approved = [
  ...proposed,
  [trancheApproved({ ...of(1), authority: null }), { by: person('bob') }],
] as const;
const steps = (change: Change) =>
  [
    [[offered], accept(change)],
    [ready, sign('ProposeTranche', change)],
    [proposed, sign('ApproveTranche', change)],
    [approved, sign('ReleaseTranche', change)],
  ] as const;

describe('what was offered', () => {
  it.each<[string, Change, string]>([
    [
      'ALLOCATION.PARTICIPATION_ENDED',
      { ended: 'has withdrawn from the programme' },
      'has withdrawn from the programme: nothing more',
    ],
    ['ALLOCATION.CONTINUITY_UNDECIDED', { undecided: true }, 'until the board has decided'],
    [
      'ALLOCATION.CHECKS_FAILED',
      { failedChecks: ['the fraud risk is not acceptable'] },
      'the fraud risk is not acceptable: nothing more of its allocation is accepted or paid until operations',
    ],
  ])('is neither accepted nor signed for under %s', (code, change, says) => {
    for (const [past, command] of steps(change)) {
      expect(
        given(allocation, ...past)
          .when(command)
          .thenRefused(code).message,
      ).toContain(says);
    }
  });

  it('is paid towards no plan that costs more than it, and towards one that costs as much', () => {
    const planned = (over: number) => ({
      planned: { version: 3, totalPence: accepted.data.amountPence + over },
    });
    for (const [past, command] of steps(planned(1)).slice(1)) {
      const refused = given(allocation, ...past)
        .when(command, { by: person('dot') })
        .thenRefused('TRANCHE.PLAN_OVER_ALLOCATION');
      expect(refused.message).toMatch(/^version 3 of the action plan .* varies it by £0\.01/);
    }
    given(allocation, ...ready)
      .when(sign('ProposeTranche', planned(0)), { by: person('ann') })
      .then(trancheProposed(of(1)));
  });

  it('is neither accepted nor signed for by a setting that was never enrolled', () => {
    given(allocation, offered)
      .when({ type: 'AcceptOffer', data: { standing: null } })
      .thenRefused('ALLOCATION.NOT_ENROLLED');
    given(allocation, ...approved)
      .when({ type: 'ReleaseTranche', data: { number: 1, standing: null } })
      .thenRefused('ALLOCATION.NOT_ENROLLED');
  });

  it('is not signed for as of before what stood in the way was put right', () => {
    const clearedAt = { "the board's decision on its part": instant('2024-01-03') };
    for (const [past, command] of steps({ clearedAt })) {
      const attempt = given(allocation, ...past).when(command, { by: person('cyd') });
      expect(attempt.thenRefused('TIME.BEFORE_ITS_FACTS').message).toContain("the board's decision");
    }
  });
});

describe('the grant agreement', () => {
  const unsigned = { agreement: { version: 2, signature: null } };
  const later = { agreement: { version: 2, signature: fact('GrantAgreementSigned', '2024-01-03') } };

  it('is issued and signed before an offer is accepted, by whom it says, and not as of before', () => {
    const missing = given(allocation, offered)
      .when(accept({ agreement: null }))
      .thenRefused('ALLOCATION.AGREEMENT_NOT_ISSUED');
    expect(missing.message).toContain('operations issue one and Handford Hall (124570) signs it');
    const refused = given(allocation, offered)
      .when(accept(unsigned))
      .thenRefused('ALLOCATION.AGREEMENT_NOT_SIGNED');
    expect(refused.message).toContain('has not signed version 2 of the grant agreement');
    given(allocation, offered).when(accept(later)).thenRefused('TIME.BEFORE_ITS_FACTS');
    given(allocation, offered).when(accept(later), { at: '2024-01-03' }).then(accepted);
  });

  it('is signed in a new version before the next release, not before it is proposed and approved', () => {
    given(allocation, ...ready)
      .when(sign('ProposeTranche', unsigned))
      .then(trancheProposed(of(1)));
    given(allocation, ...proposed)
      .when(sign('ApproveTranche', unsigned), { by: person('bob') })
      .then(trancheApproved({ ...of(1), authority: null }));
    const release = given(allocation, ...approved);
    for (const [change, code] of [
      [{ agreement: null }, 'ALLOCATION.AGREEMENT_NOT_ISSUED'],
      [unsigned, 'ALLOCATION.AGREEMENT_NOT_SIGNED'],
      [later, 'TIME.BEFORE_ITS_FACTS'],
    ] as const) {
      release.when(sign('ReleaseTranche', change), { by: person('cyd') }).thenRefused(code);
    }
    release
      .when(sign('ReleaseTranche', later), { by: person('cyd'), at: '2024-01-03' })
      .then(trancheReleased(of(1)));
  });
});

it.each<[string, Change, string]>([
  ['TRANCHE.REVIEW_OVERDUE', { reviewOverdueSince: '2024-09-01' }, 'was due by 2024-09-01'],
  [
    'TRANCHE.REVIEW_AMENDS',
    { toAmend: { what: 'cover is not claimed twice', at: instant('2024-01-01') } },
    'on 2024-01-01 wants this changed: cover is not claimed twice',
  ],
])('%s: nothing is proposed or released; what was proposed may be approved', (code, change, says) => {
  for (const [past, type] of [
    [ready, 'ProposeTranche'],
    [approved, 'ReleaseTranche'],
  ] as const) {
    expect(
      given(allocation, ...past)
        .when(sign(type, change), { by: person('cyd') })
        .thenRefused(code).message,
    ).toContain(says);
  }
  given(allocation, ...proposed)
    .when(sign('ApproveTranche', change), { by: person('bob') })
    .then(trancheApproved({ ...of(1), authority: null }));
});

describe('how a part stands on a day', () => {
  const sha256 = 'a'.repeat(64);
  const version = (number: number, effectiveOn: string) => ({
    ...{
      version: number,
      effectiveOn,
      fileName: 'agreement.pdf',
      sha256,
      eligible: ['fees'],
      ineligible: [],
    },
    issue: fact('GrantAgreementIssued', effectiveOn),
  });
  const issued: AgreementState = {
    versions: [version(1, '2024-01-01'), version(2, '2024-06-01')],
    withdrawn: [],
  };
  const signed = (number: number) =>
    grantAgreementSigned({
      ...{ ...setting, version: number, sha256, agreement: reference('GrantAgreementIssued') },
      signatory: { subject: 'sam', roleTitle: 'head teacher' },
    });
  const references = { programme: reference('ProgrammeCreated'), setting: reference('SettingRegistered') };
  const enrolled = settingEnrolled({ ...setting, settingName: 'A', reportWindows: [], ...references });
  const fraud = (outcome: string) =>
    fraudRiskAssessed({ ...setting, level: 'low', outcome, mitigation: null });
  const diligence = (outcome: string) =>
    dueDiligenceCompleted({ ...setting, outcome, conditions: [], checks: ['accounts'], evidence: null });
  const reviewed = (outcome: string, amendment: string | null = null) =>
    financialReviewCompleted({
      ...{ ...setting, upTo: '2024-01-01', spentPence: 0, findings: 'in order', outcome, amendment },
    });
  const raised = continuityDecisionRaised({
    ...{ ...setting, decisionId: 'd', because: 'closed', closedOn: null, successors: [] },
    cause: reference('SettingChanged'),
  });
  const decided = continuityDecided({
    ...{ ...setting, decisionIds: ['d'], outcome: 'carry-on', toUrn: null, reason: 'open after all' },
  });
  function on(at: string, ...events: readonly (readonly [string, ParticipationEvent])[]) {
    const past = new History();
    const all = [['2024-01-01', enrolled] as const, ...events].map(([day, event]) =>
      past.record<ParticipationEvent>(event, { at: day }),
    );
    return standingOn(instant(at), all, issued);
  }

  it('is not told of a setting that was never enrolled', () => {
    expect(standingOn(instant('2024-02-01'), [], issued)).toBeNull();
  });

  it('has the version in force that day, signed even if a later one was signed since', () => {
    const signatures = [
      ['2024-02-01', signed(1)],
      ['2024-07-01', signed(2)],
    ] as const;
    const at = instant('2024-02-01');
    expect(on('2024-03-01', ...signatures)?.agreement).toMatchObject({
      ...{ version: 1, signature: { event: { type: 'GrantAgreementSigned' }, occurredAt: at } },
    });
    expect(on('2024-06-15', signatures[0])?.agreement).toEqual({ version: 2, signature: null });
    expect(on('2023-12-01', ...signatures)?.agreement).toBeNull();
  });

  it('holds what tells against it as soon as that is known, and what tells for it from when it happened', () => {
    for (const [against, inFavour] of [
      [fraud('not-acceptable'), fraud('acceptable')],
      [diligence('failed'), diligence('passed')],
      [raised, decided],
      [reviewed('amend', 'less cover'), reviewed('continue')],
    ] as const) {
      const bad = ['2024-03-01', against] as const;
      const good = ['2024-05-01', inFavour] as const;
      for (const day of ['2024-02-01', '2024-04-01']) {
        const standing = on(day, bad)!;
        const stands = standing.undecided || standing.failedChecks.length > 0 || standing.toAmend !== null;
        expect([against.type, day, stands]).toEqual([against.type, day, true]);
      }
      for (const [day, times] of [
        ['2024-02-01', []],
        ['2024-04-01', [instant('2024-05-01')]],
        ['2024-06-01', []],
      ] as const) {
        const { undecided, failedChecks, toAmend, clearedAt } = on(day, bad, good)!;
        expect({ undecided, failedChecks, toAmend }).toEqual({
          ...{ undecided: false, failedChecks: [], toAmend: null },
        });
        expect(Object.values(clearedAt)).toEqual(times);
      }
    }
  });

  it('wants a financial review a year, and one that came late clears nothing before it', () => {
    expect(on('2024-12-31')?.reviewOverdueSince).toBeNull();
    expect(on('2025-01-02')?.reviewOverdueSince).toBe('2024-12-31');
    const late = ['2025-02-01', reviewed('continue')] as const;
    const standing = on('2025-01-02', late);
    expect(standing?.reviewOverdueSince).toBeNull();
    expect(Object.values(standing?.clearedAt ?? {})).toEqual([instant('2025-02-01')]);
    expect(on('2025-03-01', late)?.clearedAt).toEqual({});
  });
});
