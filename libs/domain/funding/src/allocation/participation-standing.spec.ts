import { given, instant, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { trancheApproved, trancheProposed, trancheReleased } from './allocation.events.js';
import { accepted, facts, of, offer, offered, ready } from './allocation.fixture.js';
import { allocation } from './allocation.js';

const standing = (change: object) => offer({ participation: { ...facts.participation, ...change } });

it('an offer is refused to a part that has ended, is undecided, or is not checked', () => {
  given(allocation).when(standing({})).then(offered);
  const code = 'ALLOCATION.PARTICIPATION_ENDED';
  expect(
    given(allocation)
      .when(standing({ ended: 'has withdrawn' }))
      .thenRefused(code).message,
  ).toContain('Handford Hall (124570) has withdrawn');
  given(allocation)
    .when(standing({ undecided: true }))
    .thenRefused('ALLOCATION.CONTINUITY_UNDECIDED');
  const missingChecks = ['due diligence is not done', 'the fraud risk is not assessed'];
  const refused = given(allocation)
    .when(standing({ missingChecks }))
    .thenRefused('ALLOCATION.CHECKS_MISSING');
  expect(refused.message).toContain('due diligence is not done; the fraud risk is not assessed');
  expect(refused.details['missing']).toEqual(missingChecks);
});

it('an offer is never before its checks', () => {
  for (const check of ['dueDiligenceAt', 'fraudRiskAt']) {
    given(allocation)
      .when(standing({ [check]: instant('2024-03-01') }))
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  }
});

describe('what was offered before', () => {
  const runs = { ended: null, unsignedVersion: null, reviewOverdueSince: null };
  const sign = (type: 'ProposeTranche' | 'ApproveTranche' | 'ReleaseTranche', change: object = {}) =>
    ({ type, data: { number: 1, standing: { ...runs, ...change } } }) as const;
  const accept = (change: object = {}) =>
    ({ type: 'AcceptOffer', data: { standing: { ...runs, ...change } } }) as const;
  const proposed = [...ready, [trancheProposed(of(1)), { by: person('ann') }]] as const;
  const approved = [
    ...proposed,
    [trancheApproved({ ...of(1), authority: null }), { by: person('bob') }],
  ] as const;
  const ended = { ended: 'has withdrawn from the programme' };

  it('is neither accepted nor paid once the part has ended', () => {
    for (const [past, command] of [
      [[offered], accept(ended)],
      [ready, sign('ProposeTranche', ended)],
      [proposed, sign('ApproveTranche', ended)],
      [approved, sign('ReleaseTranche', ended)],
    ] as const) {
      const refused = given(allocation, ...past)
        .when(command)
        .thenRefused('ALLOCATION.PARTICIPATION_ENDED');
      expect(refused.message).toContain('has withdrawn from the programme: nothing more');
    }
  });

  it('is accepted once the agreement in force is signed, where there is one', () => {
    const refused = given(allocation, offered)
      .when(accept({ unsignedVersion: 2 }))
      .thenRefused('ALLOCATION.AGREEMENT_NOT_SIGNED');
    expect(refused.message).toContain('version 2 of the grant agreement');
    given(allocation, offered).when(accept()).then(accepted);
  });

  it('waits with its next proposal for a review that is late; what was proposed goes on', () => {
    const late = { reviewOverdueSince: '2024-09-01' };
    const refused = given(allocation, ...ready)
      .when(sign('ProposeTranche', late))
      .thenRefused('TRANCHE.REVIEW_OVERDUE');
    expect(refused.message).toContain('was due by 2024-09-01');
    given(allocation, ...proposed)
      .when(sign('ApproveTranche', late), { by: person('bob') })
      .then(trancheApproved({ ...of(1), authority: null }));
    given(allocation, ...approved)
      .when(sign('ReleaseTranche', late), { by: person('cyd') })
      .then(trancheReleased(of(1)));
  });

  it('is paid towards no plan that costs more than it, and towards one that costs as much', () => {
    const planned = (over: number) => ({
      planned: { version: 3, totalPence: accepted.data.amountPence + over },
    });
    for (const [past, verb] of [
      [ready, 'ProposeTranche'],
      [proposed, 'ApproveTranche'],
      [approved, 'ReleaseTranche'],
    ] as const) {
      const refused = given(allocation, ...past)
        .when(sign(verb, planned(1)), { by: person('dot') })
        .thenRefused('TRANCHE.PLAN_OVER_ALLOCATION');
      expect(refused.message).toMatch(/^version 3 of the action plan .* varies it by £0\.01/);
    }
    given(allocation, ...ready)
      .when(sign('ProposeTranche', planned(0)), { by: person('ann') })
      .then(trancheProposed(of(1)));
  });
});
