import { given, instant, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  allocationOffered,
  offerAbandoned,
  offerDeclined,
  trancheProposed,
  trancheReleased,
} from './allocation.events.js';
import {
  abandoned,
  accepted,
  fact,
  facts,
  inOrder,
  met,
  of,
  offer,
  offered,
  policy,
  reference,
  revoked,
  setting,
} from './allocation.fixture.js';
import { allocation } from './allocation.js';

describe('offering', () => {
  it('offers what the policy says', () => {
    given(allocation).when(offer()).then(offered);
  });
  it('refuses a programme, an enrolment or a figure that is not there', () => {
    given(allocation)
      .when(offer({ programme: null }))
      .thenRefused('PROGRAMME.NOT_FOUND');
    given(allocation)
      .when(offer({ participation: null }))
      .thenRefused('ALLOCATION.NOT_ENROLLED');
    given(allocation)
      .when(offer({ figure: null }))
      .thenRefused('ALLOCATION.NO_FIGURE');
  });
  it('refuses an unknown figure, naming the setting: it is not 0', () => {
    const refusal = given(allocation)
      .when(offer({ figure: { ...facts.figure, fte: null, suppressedAs: 'c' } }))
      .thenRefused('ALLOCATION.FTE_UNKNOWN');
    expect(refusal.message).toContain("Handford Hall (124570) is not known (the census has 'c')");
  });
  it('refuses to offer nothing', () => {
    const programme = { ...facts.programme, policy: { ...policy, floorPence: 0 } };
    given(allocation)
      .when(offer({ programme, figure: { ...facts.figure, fte: '0' } }))
      .thenRefused('ALLOCATION.NOTHING_TO_OFFER');
  });
  it('refuses an absurd amount', () => {
    const programme = { ...facts.programme, policy: { ...policy, ratePencePerFte: 1_000_000_000_000 } };
    given(allocation).when(offer({ programme })).thenRefused('ALLOCATION.AMOUNT_ABSURD');
  });
  it('refuses another amount than the fund keeps for it', () => {
    given(allocation)
      .when(offer({ reservation: { reservationId: 'r1', amountPence: 1_521_001 } }))
      .thenRefused('ALLOCATION.RESERVATION_DIFFERS');
  });
  it.each(['programme', 'participation', 'figure'] as const)('cannot have happened before its %s', (name) => {
    const late = { ...facts, [name]: { ...facts[name], occurredAt: instant('2024-01-03') } };
    given(allocation).when({ type: 'OfferAllocation', data: late }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });
  it('is made once', () => {
    const other = { reservation: { reservationId: 'r2', amountPence: 1_521_000 } };
    given(allocation, offered).when(offer(other)).thenRefused('ALLOCATION.ALREADY_OFFERED');
    given(allocation, offered, accepted).when(offer(other)).thenRefused('ALLOCATION.ALREADY_OFFERED');
  });
  it('comes too late once its reservation was given up; another is free to be made', () => {
    given(allocation, abandoned).when(offer()).thenRefused('ALLOCATION.OFFER_ABANDONED');
    given(allocation, abandoned)
      .when(offer({ reservation: { reservationId: 'r2', amountPence: 1_521_000 } }))
      .then(allocationOffered({ ...offered.data, reservationId: 'r2' }));
  });
});

describe('abandoning an offer', () => {
  const abandon = (reservationId: string) =>
    ({ type: 'AbandonOffer', data: { ...setting, reservationId, reason: 'never made' } }) as const;

  it('fences it', () => {
    given(allocation).when(abandon('r1')).then(abandoned);
  });
  it('is refused once it is made', () => {
    given(allocation, offered).when(abandon('r1')).thenRefused('ALLOCATION.ALREADY_OFFERED');
    given(allocation, offered, accepted).when(abandon('r1')).thenRefused('ALLOCATION.ALREADY_OFFERED');
  });
  it('is written down also where another offer stands: should that one end, this one must not be made', () => {
    given(allocation, offered)
      .when(abandon('r2'))
      .then(offerAbandoned({ ...setting, reservationId: 'r2', reason: 'never made' }));
  });
});

describe('declining', () => {
  const decline = (reason = 'no time this year') => ({ type: 'DeclineOffer', data: { reason } }) as const;
  const declined = offerDeclined({
    ...setting,
    ...{ amountPence: 1_521_000, reservationId: 'r1', reason: 'no time this year' },
  });

  it('ends the offer, with the reason', () => {
    given(allocation, offered).when(decline(' no time this year ')).then(declined);
    given(allocation, offered, [declined, { by: person('somebody') }])
      .when(decline())
      .thenNothing();
  });

  it('needs an offer that is not accepted, and a reason', () => {
    given(allocation).when(decline()).thenRefused('ALLOCATION.NOT_OFFERED');
    given(allocation, offered, accepted).when(decline()).thenRefused('ALLOCATION.ALREADY_ACCEPTED');
    given(allocation, offered, declined)
      .when(decline('another reason'))
      .thenRefused('ALLOCATION.NOT_OFFERED');
    expect(given(allocation, offered).when(decline(' ')).thenRefused('ALLOCATION.MALFORMED').details).toEqual(
      {
        field: 'reason',
      },
    );
    given(allocation, [offered, { at: '2024-02-01' }])
      .when(decline(), { at: '2024-01-31' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('leaves nothing of it: another offer begins afresh, under another reservation', () => {
    const history = [offered, met('plan-approved'), declined];
    given(allocation, ...history)
      .when({ type: 'AcceptOffer', data: { standing: inOrder } })
      .thenRefused('ALLOCATION.NOT_OFFERED');
    given(allocation, ...history)
      .when(offer())
      .thenRefused('ALLOCATION.OFFER_ABANDONED');
    const again = { reservationId: 'r2', amountPence: 1_521_000 };
    given(allocation, ...history)
      .when(offer({ reservation: again }))
      .then(allocationOffered({ ...offered.data, reservationId: 'r2' }));
    given(allocation, ...history, allocationOffered({ ...offered.data, reservationId: 'r2' }))
      .when({
        type: 'RecordConditionMet',
        data: { condition: 'plan-approved', evidence: fact('plan-approved') },
      })
      .then(met('plan-approved'));
  });
});

describe('accepting', () => {
  const accept = { type: 'AcceptOffer', data: { standing: inOrder } } as const;

  it('accepts what is offered', () => {
    given(allocation, offered).when(accept).then(accepted);
  });
  it('is refused where nothing is', () => {
    given(allocation).when(accept).thenRefused('ALLOCATION.NOT_OFFERED');
    given(allocation, abandoned).when(accept).thenRefused('ALLOCATION.NOT_OFFERED');
  });
  it('cannot have happened before the offer', () => {
    given(allocation, offered).when(accept, { at: '2023-12-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('recording conditions', () => {
  const say = (condition: string, revision = '0', at = '2024-01-01') =>
    ({
      type: 'RecordConditionMet',
      data: { condition, evidence: { event: reference(condition, revision), occurredAt: instant(at) } },
    }) as const;
  const unsay = (condition: string, revision: string, at = '2024-01-01') =>
    ({
      type: 'RevokeCondition',
      data: {
        condition,
        evidence: { event: reference(condition, revision), occurredAt: instant(at) },
        reason: 'an error',
      },
    }) as const;

  it('records that one is met, once', () => {
    given(allocation, offered).when(say('plan-approved')).then(met('plan-approved'));
  });
  it('names the newer evidence when there is one', () => {
    given(allocation, offered, met('plan-approved', '1'))
      .when(say('plan-approved', '4'))
      .then(met('plan-approved', '4'));
  });
  it('revokes one that was undone', () => {
    given(allocation, offered, met('plan-approved', '1'))
      .when(unsay('plan-approved', '2'))
      .then(revoked('plan-approved', '2'));
  });
  it('takes no notice of older news, in whatever order jobs come', () => {
    given(allocation, offered, met('plan-approved', '1'), revoked('plan-approved', '2'))
      .when(say('plan-approved', '1'))
      .thenNothing();
    given(allocation, offered, met('plan-approved', '4')).when(say('plan-approved', '1')).thenNothing();
    given(allocation, offered, met('plan-approved', '4')).when(unsay('plan-approved', '2')).thenNothing();
    given(allocation, offered).when(unsay('plan-approved', '2')).thenNothing();
  });
  it('is met again by what comes later', () => {
    given(allocation, offered, met('plan-approved', '1'), revoked('plan-approved', '2'))
      .when(say('plan-approved', '4'))
      .then(met('plan-approved', '4'));
  });
  it('is refused where nothing is offered, or nobody asks', () => {
    given(allocation).when(say('plan-approved')).thenRefused('ALLOCATION.NOT_OFFERED');
    given(allocation).when(unsay('plan-approved', '1')).thenRefused('ALLOCATION.NOT_OFFERED');
    given(allocation, offered).when(say('report-9-accepted')).thenRefused('ALLOCATION.CONDITION_UNKNOWN');
  });
  it('cannot have happened before the offer or its evidence', () => {
    given(allocation, offered)
      .when(say('plan-approved'), { at: '2023-12-31' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(allocation, offered)
      .when(say('plan-approved', '0', '2024-01-09'))
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(allocation, offered, met('plan-approved', '1'))
      .when(unsay('plan-approved', '2', '2024-01-09'))
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

it('history that never was changes nothing and breaks nothing', () => {
  given(allocation, accepted, met('plan-approved'), trancheProposed(of(1)), trancheReleased(of(1)))
    .when({ type: 'ProposeTranche', data: { number: 1, standing: inOrder } })
    .thenRefused('ALLOCATION.NOT_OFFERED');
  given(allocation, offered, allocationOffered({ ...offered.data, reservationId: 'r9' }), accepted, accepted)
    .when(offer())
    .thenNothing();
});
