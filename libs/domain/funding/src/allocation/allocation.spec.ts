import type { EventReference, Fact } from '#kernel';
import { given, instant, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  allocationOffered,
  conditionMet,
  conditionRevoked,
  offerAbandoned,
  offerAccepted,
  trancheApproved,
  trancheProposed,
  trancheReleased,
  type AllocationEvent,
} from './allocation.events.js';
import { allocation, type OfferAllocationCommand } from './allocation.js';

const setting = { programmeId: 'ipswich', urn: '124570' };
const policy = { version: 1, ratePencePerFte: 65_000, floorPence: 1_000_000, capPence: 5_000_000 };
const schedule = [
  { number: 1, shareBasisPoints: 6000, conditions: ['agreement-accepted', 'plan-approved'] },
  { number: 2, shareBasisPoints: 4000, conditions: ['report-1-accepted'] },
];
const reference = (type: string, revision = '0'): EventReference => ({
  eventId: `${type}-${revision}`,
  stream: `of-${type}`,
  revision,
  type,
});
const fact = (type: string, at = '2024-01-01', revision = '0'): Fact => ({
  event: reference(type, revision),
  occurredAt: instant(at),
});

const facts = {
  ...setting,
  programme: { ...fact('ProgrammeCreated'), policy, tranches: schedule },
  participation: { ...fact('SettingEnrolled'), settingName: 'Handford Hall' },
  figure: { ...fact('WorkforceFigureRecorded'), fte: '23.4', suppressedAs: null },
  reservation: { reservationId: 'r1', amountPence: 1_521_000 },
};
const offer = (change: Partial<OfferAllocationCommand['data']> = {}) =>
  ({ type: 'OfferAllocation', data: { ...facts, ...change } }) as const;
const offered = allocationOffered({
  ...setting,
  settingName: 'Handford Hall',
  reservationId: 'r1',
  fte: '23.4',
  figure: reference('WorkforceFigureRecorded'),
  policy,
  programme: reference('ProgrammeCreated'),
  unclampedPence: 1_521_000,
  amountPence: 1_521_000,
  tranches: [
    { ...schedule[0]!, amountPence: 912_600 },
    { ...schedule[1]!, amountPence: 608_400 },
  ],
});
const abandoned = offerAbandoned({ ...setting, reservationId: 'r1', reason: 'never made' });
const accepted = offerAccepted({ ...setting, amountPence: 1_521_000, reservationId: 'r1' });
const met = (condition: string, revision = '0') =>
  conditionMet({ ...setting, condition, evidence: reference(condition, revision) });
const revoked = (condition: string, revision: string) =>
  conditionRevoked({ ...setting, condition, evidence: reference(condition, revision), reason: 'an error' });
const of = (number: number, amountPence = number === 1 ? 912_600 : 608_400) => ({
  ...setting,
  number,
  amountPence,
});

const amina = person('amina', 'operations');
const rhys = person('rhys', 'approver');
const noor = person('noor', 'payer');
const proposed: Given<AllocationEvent> = [trancheProposed(of(1)), { by: amina }];
const approved: Given<AllocationEvent> = [trancheApproved(of(1)), { by: rhys }];
const released: Given<AllocationEvent> = [trancheReleased(of(1)), { by: noor }];
const ready = [offered, accepted, met('agreement-accepted'), met('plan-approved')];
const propose = (number: number) => ({ type: 'ProposeTranche', data: { number } }) as const;
const approve = (number: number) => ({ type: 'ApproveTranche', data: { number } }) as const;
const release = (number: number) => ({ type: 'ReleaseTranche', data: { number } }) as const;

describe('offering', () => {
  it('offers what the policy says', () => {
    given(allocation).when(offer()).then(offered);
  });
  it('refuses a programme, an enrolment or a figure that is not there', () => {
    given(allocation)
      .when(offer({ programme: null }))
      .thenRefused('ALLOCATION.PROGRAMME_UNKNOWN');
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
  it('writes nothing where another offer stands, under which this one is dead already', () => {
    given(allocation, offered).when(abandon('r2')).thenNothing();
  });
});

describe('accepting', () => {
  const accept = { type: 'AcceptOffer', data: {} } as const;

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

describe.each([
  ['proposing', propose],
  ['approving', approve],
  ['releasing', release],
] as const)('%s a tranche', (_, sign) => {
  it('is refused while nothing is offered or accepted', () => {
    given(allocation).when(sign(1)).thenRefused('ALLOCATION.NOT_OFFERED');
    given(allocation, offered).when(sign(1)).thenRefused('ALLOCATION.NOT_ACCEPTED');
  });
  it('is refused for a tranche that is not there', () => {
    expect(
      given(allocation, ...ready)
        .when(sign(3))
        .thenRefused('TRANCHE.UNKNOWN').kind,
    ).toBe('not-found');
    for (const number of [0, -1, 1.5, Number.NaN]) {
      given(allocation, ...ready)
        .when(sign(number))
        .thenRefused('TRANCHE.NUMBER');
    }
  });
  it('is refused while a condition is not met, and says which all are not', () => {
    const refusal = given(allocation, offered, accepted)
      .when(sign(1))
      .thenRefused('TRANCHE.AGREEMENT_NOT_ACCEPTED');
    expect(refusal.message).toContain('the action plan is not approved');
    given(allocation, offered, accepted, met('agreement-accepted'))
      .when(sign(1))
      .thenRefused('TRANCHE.PLAN_NOT_APPROVED');
    given(allocation, ...ready)
      .when(sign(2))
      .thenRefused('TRANCHE.REPORT_NOT_ACCEPTED');
  });
  it('is refused again once a condition is undone, whoever has signed', () => {
    given(allocation, ...ready, proposed, approved, revoked('plan-approved', '1'))
      .when(sign(1), { by: noor })
      .thenRefused('TRANCHE.PLAN_NOT_APPROVED');
  });
  it('cannot have happened before the condition was met', () => {
    const history = [offered, accepted, met('agreement-accepted')];
    const late: Given<AllocationEvent> = [met('plan-approved'), { at: '2024-02-01' }];
    given(allocation, ...history, late, proposed, approved)
      .when(sign(1), { by: person('somebody else'), at: '2024-01-31' })
      .thenRefused(
        sign === propose
          ? 'TRANCHE.ALREADY_PROPOSED'
          : sign === approve
            ? 'TRANCHE.ALREADY_APPROVED'
            : 'TIME.BEFORE_ITS_FACTS',
      );
  });
});

describe('proposing', () => {
  it('is the first signature', () => {
    given(allocation, ...ready)
      .when(propose(1), { by: amina })
      .then(trancheProposed(of(1)));
  });
  it('is not done twice by two', () => {
    const refusal = given(allocation, ...ready, proposed)
      .when(propose(1), { by: rhys })
      .thenRefused('TRANCHE.ALREADY_PROPOSED');
    expect(refusal.message).toContain('amina');
  });
  it('cannot have happened before the acceptance', () => {
    given(
      allocation,
      offered,
      [accepted, { at: '2024-02-01' }],
      met('agreement-accepted'),
      met('plan-approved'),
    )
      .when(propose(1), { by: amina, at: '2024-01-20' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('approving', () => {
  it('is the second signature', () => {
    given(allocation, ...ready, proposed)
      .when(approve(1), { by: rhys })
      .then(trancheApproved(of(1)));
  });
  it('waits for a proposal', () => {
    given(allocation, ...ready)
      .when(approve(1), { by: rhys })
      .thenRefused('TRANCHE.NOT_PROPOSED');
  });
  it('is refused to who proposed, whatever role they act in', () => {
    const refusal = given(allocation, ...ready, proposed)
      .when(approve(1), { by: person('amina', 'approver') })
      .thenRefused('TRANCHE.SECOND_SIGNATURE');
    expect(refusal.kind).toBe('not-allowed');
    expect(refusal.message).toContain('amina proposed it');
  });
  it('takes the same subject of another issuer for another person', () => {
    given(allocation, ...ready, proposed)
      .when(approve(1), { by: { ...amina, issuer: 'https://elsewhere.test' } })
      .then(trancheApproved(of(1)));
  });
  it('is not done twice by two, nor before the proposal', () => {
    given(allocation, ...ready, proposed, approved)
      .when(approve(1), { by: noor })
      .thenRefused('TRANCHE.ALREADY_APPROVED');
    given(allocation, ...ready, [trancheProposed(of(1)), { by: amina, at: '2024-02-01' }])
      .when(approve(1), { by: rhys, at: '2024-01-31' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('releasing', () => {
  const signed = [...ready, proposed, approved];

  it('is the third signature', () => {
    given(allocation, ...signed)
      .when(release(1), { by: noor })
      .then(trancheReleased(of(1)));
  });
  it('waits for the approval', () => {
    given(allocation, ...ready)
      .when(release(1), { by: noor })
      .thenRefused('TRANCHE.NOT_APPROVED');
    given(allocation, ...ready, proposed)
      .when(release(1), { by: noor })
      .thenRefused('TRANCHE.NOT_APPROVED');
  });
  it.each([amina, rhys])('is refused to who signed before: %p', (by) => {
    const refusal = given(allocation, ...signed)
      .when(release(1), { by })
      .thenRefused('TRANCHE.SECOND_SIGNATURE');
    expect(refusal.message).toContain('amina proposed it, rhys approved it');
    expect(refusal.details).toMatchObject({ proposedBy: 'amina', approvedBy: 'rhys' });
  });
  it('happens once', () => {
    given(allocation, ...signed, released)
      .when(release(1), { by: person('omar', 'payer') })
      .thenRefused('TRANCHE.ALREADY_RELEASED');
  });
  it('cannot have happened before the approval', () => {
    given(allocation, ...ready, proposed, [trancheApproved(of(1)), { by: rhys, at: '2024-02-01' }])
      .when(release(1), { by: noor, at: '2024-01-31' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
  it('goes in the order of the numbers', () => {
    const second: Given<AllocationEvent>[] = [
      met('report-1-accepted'),
      [trancheProposed(of(2)), { by: amina }],
      [trancheApproved(of(2)), { by: rhys }],
    ];
    given(allocation, ...signed, ...second)
      .when(release(2), { by: noor })
      .thenRefused('TRANCHE.EARLIER_NOT_RELEASED');
    given(allocation, ...signed, ...second, [trancheReleased(of(1)), { by: noor, at: '2024-03-01' }])
      .when(release(2), { by: noor, at: '2024-02-01' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(allocation, ...signed, ...second, released)
      .when(release(2), { by: noor })
      .then(trancheReleased(of(2)));
  });
  it('never goes above what is allocated, even on a history that would', () => {
    const greedy = allocationOffered({
      ...offered.data,
      tranches: [{ number: 1, shareBasisPoints: 10_000, amountPence: 1_521_001, conditions: [] }],
    });
    given(allocation, greedy, accepted, proposed, approved)
      .when(release(1), { by: noor })
      .thenRefused('TRANCHE.OVER_ALLOCATION');
  });
  it('stands, whatever is undone afterwards', () => {
    given(allocation, ...signed, released, revoked('plan-approved', '1'))
      .when(release(1), { by: noor })
      .thenNothing();
  });
});

describe('signatures rest on the conditions of then', () => {
  const again = [...ready, proposed, approved, revoked('plan-approved', '1'), met('plan-approved', '3')];

  it('and fall with them: who pays is told why', () => {
    const refusal = given(allocation, ...again)
      .when(release(1), { by: noor })
      .thenRefused('TRANCHE.NOT_APPROVED');
    expect(refusal.message).toContain('its signatures fell when that the action plan is approved was undone');
  });
  it('also when other evidence takes the place of the first', () => {
    given(allocation, ...ready, proposed, approved, met('plan-approved', '3'))
      .when(release(1), { by: noor })
      .thenRefused('TRANCHE.NOT_APPROVED');
  });
  it('and are given again', () => {
    given(allocation, ...again)
      .when(propose(1), { by: rhys })
      .then(trancheProposed(of(1)));
  });
  it('but a condition of another tranche leaves them', () => {
    given(
      allocation,
      ...ready,
      proposed,
      approved,
      met('report-1-accepted'),
      revoked('report-1-accepted', '1'),
    )
      .when(release(1), { by: noor })
      .then(trancheReleased(of(1)));
  });
});

it('history that never was changes nothing and breaks nothing', () => {
  given(allocation, accepted, met('plan-approved'), proposed, released)
    .when(propose(1))
    .thenRefused('ALLOCATION.NOT_OFFERED');
  given(allocation, offered, allocationOffered({ ...offered.data, reservationId: 'r9' }), accepted, accepted)
    .when(offer())
    .thenNothing();
});
