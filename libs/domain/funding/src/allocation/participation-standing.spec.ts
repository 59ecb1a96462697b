import { given, instant } from '#testing';
import { expect, it } from '@jest/globals';
import { facts, offer, offered } from './allocation.fixture.js';
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

it('an offer is refused by a code of its own to a part that a check came out against', () => {
  const failedChecks = ['due diligence failed'];
  const missingChecks = [...failedChecks, 'the fraud risk is not assessed'];
  const refused = given(allocation)
    .when(standing({ missingChecks, failedChecks }))
    .thenRefused('ALLOCATION.CHECKS_FAILED');
  expect(refused.message).toContain('due diligence failed; the fraud risk is not assessed');
  expect(refused.details).toMatchObject({ failed: failedChecks, missing: missingChecks });
});

it('an offer is never before its checks, nor before the board decided on the part', () => {
  for (const check of ['dueDiligenceAt', 'fraudRiskAt', 'decidedAt']) {
    given(allocation)
      .when(standing({ [check]: instant('2024-03-01') }))
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  }
});
