import { formatPence } from '#kernel';
import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { fact, facts, policy, reference, schedule, setting } from './allocation.fixture.js';
import { allocationOffered } from './allocation.events.js';
import { allocation } from './allocation.js';
import type { OfferRoundShareCommand } from './offers.js';

const HASH = 'a'.repeat(64);
const recorded = fact('WorkforceFigureRecorded');
const verified = fact('WorkforceFigureVerified', '2024-01-01', '3');

const offerShare = (change: Partial<OfferRoundShareCommand['data']> = {}) =>
  ({
    type: 'OfferRoundShare',
    data: {
      ...{ ...setting, participation: facts.participation, paused: null, acceptanceDays: null, policy },
      ...{ fte: '23.4', figure: recorded.event, figureNow: { ...recorded, fte: '23.4' }, schedule },
      ...{ unclampedPence: 1_521_000, remainderPence: 0 as const, amountPence: 1_521_000 },
      ...{ programme: reference('ProgrammeCreated'), madeAt: recorded.occurredAt, revisedAtOnce: false },
      round: { number: 1, hash: HASH, adoption: fact('AllocationRoundAdopted'), rate: null },
      ...change,
    },
  }) as const;
const correctedTo = (fte: string | null) => ({ figureNow: { ...verified, fte } });
const offered = allocationOffered({
  ...{ ...setting, settingName: 'Handford Hall', reservationId: 'round-1.124570', fte: '23.4' },
  ...{ figure: recorded.event, policy, programme: reference('ProgrammeCreated') },
  ...{ unclampedPence: 1_521_000, remainderPence: 0, amountPence: 1_521_000 },
  round: { number: 1, hash: HASH, adoption: fact('AllocationRoundAdopted').event, rate: null },
  ...{ acceptBy: null, carriedOver: null },
  tranches: [
    { ...schedule[0]!, amountPence: 912_600 },
    { ...schedule[1]!, amountPence: 608_400 },
  ],
});

describe('a share of a round', () => {
  it('is offered by the figure that the round took, while that counts', () => {
    given(allocation).when(offerShare()).then(offered);
  });

  it('is offered also where another event says the same number again', () => {
    given(allocation)
      .when(offerShare(correctedTo('23.40')))
      .then(offered);
  });

  it('waits once its figure was corrected, up or down', () => {
    for (const fte of ['12', '30']) {
      const { message, details } = given(allocation)
        .when(offerShare(correctedTo(fte)))
        .thenRefused('ALLOCATION.FIGURE_CORRECTED');
      expect(message).toContain(
        `round 1 set ${formatPence(1_521_000)} aside for Handford Hall (124570) by 23.4 teachers, corrected to ${fte} since`,
      );
      expect(details).toMatchObject({ urn: '124570', round: 1, amountPence: 1_521_000, fteNow: fte });
    }
  });

  it('waits while how many teachers there are is not known any more', () => {
    for (const change of [correctedTo(null), { figureNow: null }]) {
      const { message } = given(allocation)
        .when(offerShare(change))
        .thenRefused('ALLOCATION.FIGURE_CORRECTED');
      expect(message).toContain('how many it has is not known');
    }
  });

  it('is offered all the same to whoever revises it at once', () => {
    given(allocation)
      .when(offerShare({ ...correctedTo('12'), revisedAtOnce: true }))
      .then(offered);
  });

  it('waits for its checks first, and then for its revision', () => {
    const participation = { ...facts.participation, missingChecks: ['its due diligence is not done'] };
    for (const revisedAtOnce of [false, true]) {
      given(allocation)
        .when(offerShare({ ...correctedTo('12'), participation, revisedAtOnce }))
        .thenRefused('ALLOCATION.CHECKS_MISSING');
    }
  });
});
