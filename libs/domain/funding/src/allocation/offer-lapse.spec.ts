import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { offerLapsed } from './allocation.events.js';
import { accepted, facts, inOrder, offer, offered, setting } from './allocation.fixture.js';
import { allocation } from './allocation.js';

const lasting = { ...offered, data: { ...offered.data, acceptBy: '2024-01-29' } };
const lapse = (ended: string | null = null) =>
  ({ type: 'LapseOffer', data: { standing: { ended } } }) as const;
const accept = { type: 'AcceptOffer', data: { standing: inOrder } } as const;
const lapsed = (reason: string, acceptBy: string | null = '2024-01-29') =>
  offerLapsed({ ...setting, amountPence: 1_521_000, reservationId: 'r1', acceptBy, reason });
const unanswered = lapsed('nobody answered it by 2024-01-29');

describe('an offer that has a last day', () => {
  it('is offered for as many days as the rules say', () => {
    const programme = { ...facts.programme, acceptanceDays: 27 };
    given(allocation).when(offer({ programme })).then(lasting);
  });

  it('is accepted on that day and not after it, in London', () => {
    given(allocation, lasting).when(accept, { at: '2024-01-29T23:30:00Z' }).then(accepted);
    const refused = given(allocation, lasting)
      .when(accept, { at: '2024-01-30T00:00:00Z' })
      .thenRefused('ALLOCATION.OFFER_EXPIRED');
    expect(refused.message).toContain('could be accepted until 2024-01-29');
  });

  it('lapses once the day has passed, and not before', () => {
    given(allocation, lasting).when(lapse(), { at: '2024-01-30' }).then(unanswered);
    given(allocation, lasting).when(lapse(), { at: '2024-01-29' }).thenRefused('ALLOCATION.OFFER_STANDS');
  });

  it('makes room for another offer, under another reservation', () => {
    const past = [lasting, [unanswered, { at: '2024-01-30' }]] as const;
    given(allocation, ...past)
      .when(offer(), { at: '2024-02-01' })
      .thenRefused('ALLOCATION.OFFER_ABANDONED');
    const reservation = { reservationId: 'r2', amountPence: 1_521_000 };
    given(allocation, ...past)
      .when(offer({ reservation }), { at: '2024-02-01' })
      .then({ ...offered, data: { ...offered.data, reservationId: 'r2' } });
    given(allocation, ...past)
      .when(accept, { at: '2024-02-01' })
      .thenRefused('ALLOCATION.NOT_OFFERED');
  });
});

describe('an offer to a part that has ended', () => {
  it('lapses whatever day it is, and whether or not it has a last one', () => {
    const reason = 'the setting has withdrawn from the programme';
    const ended = lapse('has withdrawn from the programme');
    given(allocation, lasting).when(ended).then(lapsed(reason));
    given(allocation, offered).when(ended).then(lapsed(reason, null));
  });

  it('is left alone once it is accepted, and where there is none', () => {
    given(allocation, offered, accepted).when(lapse('has left')).thenRefused('ALLOCATION.ALREADY_ACCEPTED');
    given(allocation).when(lapse('has left')).thenRefused('ALLOCATION.NOT_OFFERED');
    given(allocation, offered).when(lapse()).thenRefused('ALLOCATION.OFFER_STANDS');
  });
});
