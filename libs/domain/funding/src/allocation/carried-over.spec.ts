// What a setting that passed its part on had not drawn, and the setting that took it over.
import { given, instant, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  accepted,
  accountsOf,
  fact,
  facts,
  met,
  of,
  offer,
  offered,
  ready,
  reference,
  setting,
} from './allocation.fixture.js';
import { allocation } from './allocation.js';
import { allocationOffered, trancheApproved, trancheProposed, trancheReleased } from './allocation.events.js';
import { undrawnFor } from './carried-over.js';
import { allocationClosed } from './money-back.events.js';

const [ada, rhys, noor] = [person('ada'), person('rhys', 'approver'), person('noor', 'payer')];
const successor = { urn: '148001', takeOver: { ...fact('PartTakenOver'), enrols: true } };
const paid = [{ number: 1, settled: fact('PaymentSettled') }];
const drawn = [
  ...ready,
  [trancheProposed(of(1)), { by: ada }],
  [trancheApproved({ ...of(1), authority: null }), { by: rhys }],
  [trancheReleased(of(1)), { by: noor }],
] as const;
const close = (change: object = {}) =>
  ({
    type: 'CloseAllocation',
    data: {
      ...{ reason: 'it became an academy', paid, successor, undrawn: 'to-successor' },
      ...{ accounts: accountsOf(0, { successors: [{ urn: '148001', balancePence: 0 }] }), ...change },
    },
  }) as const;
const closed = (carriedTo: string | null) =>
  allocationClosed({
    ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 912_600 },
    ...{ reclaimedPence: 0, returnedPence: 0, costPence: 912_600, reason: 'it became an academy' },
    ...{ undrawn: [{ number: 2, amountPence: 608_400 }], carriedTo },
  });

describe('closing an allocation whose part was passed on', () => {
  it('keeps what was never drawn for the setting that took the part over', () => {
    given(allocation, ...drawn)
      .when(close(), { by: rhys })
      .then(closed('148001'));
  });

  it('gives it back to the fund if that is said', () => {
    given(allocation, ...drawn)
      .when(close({ undrawn: 'to-fund' }), { by: rhys })
      .then(closed(null));
  });

  it('has to say which, unless nothing is undrawn or the part was not passed on', () => {
    const unsaid = given(allocation, ...drawn)
      .when(close({ undrawn: null }), { by: rhys })
      .thenRefused('ALLOCATION.UNDRAWN_UNSAID');
    expect(unsaid.message).toMatch(/^undrawn must say .*£6,084\.00.*148001/);
    given(allocation, ...drawn)
      .when(close({ undrawn: null, successor: null }), { by: rhys })
      .then(closed(null));
  });

  it('keeps it for nobody who has not taken the part over, or takes part in its own right', () => {
    given(allocation, ...drawn)
      .when(close({ successor: null }))
      .thenRefused('ALLOCATION.NO_SUCCESSOR');
    given(allocation, ...drawn)
      .when(close({ successor: { ...successor, takeOver: null } }))
      .thenRefused('ALLOCATION.NOT_TAKEN_OVER');
    given(allocation, ...drawn)
      .when(close({ successor: { ...successor, takeOver: { ...successor.takeOver, enrols: false } } }))
      .thenRefused('ALLOCATION.SUCCESSOR_IN_ITS_OWN_RIGHT');
    const late = { ...successor, takeOver: { ...fact('PartTakenOver', '2099-01-01'), enrols: true } };
    given(allocation, ...drawn)
      .when(close({ successor: late }))
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('the offer of what was carried over', () => {
  const from = () => {
    const after = given(allocation, ...drawn, met('report-1-accepted'), [closed('148001'), { by: rhys }]);
    const undrawn = undrawnFor('148001', after.state);
    if (undrawn === undefined) throw new Error('nothing was carried over');
    return undrawn;
  };
  const data = () => ({
    ...{ programmeId: setting.programmeId, urn: '148001', paused: null, acceptanceDays: 14, from: from() },
    participation: { ...facts.participation, settingName: 'Handford Academy' },
    reservation: { reservationId: 'carried-over.124570', amountPence: 608_400 },
  });
  const offerIt = (change: object = {}) =>
    ({ type: 'OfferCarriedOver', data: { ...data(), ...change } }) as const;
  const rest = () =>
    allocationOffered({
      ...{ programmeId: setting.programmeId, urn: '148001', settingName: 'Handford Academy' },
      ...{ reservationId: 'carried-over.124570', amountPence: 608_400, unclampedPence: 608_400 },
      ...{ remainderPence: 0, round: null, acceptBy: '2024-01-16' },
      ...{ fte: '23.4', figure: offered.data.figure, policy: offered.data.policy },
      programme: offered.data.programme,
      tranches: [
        {
          ...{ number: 2, shareBasisPoints: 4000, amountPence: 608_400 },
          conditions: ['agreement-accepted', 'plan-approved'],
        },
      ],
      carriedOver: {
        from: { urn: setting.urn, settingName: 'Handford Hall' },
        closure: from().closure.event,
        metBefore: [{ condition: 'report-1-accepted', evidence: reference('report-1-accepted') }],
      },
    });

  it('is what was not drawn; the agreement and the plan are asked for anew, an accepted report is not', () => {
    given(allocation).when(offerIt()).then(rest());
  });

  it('asks for the report that was not accepted', () => {
    const after = given(allocation, ...drawn, [closed('148001'), { by: rhys }]);
    const decided = allocation.decide(
      { ...offerIt({ from: undrawnFor('148001', after.state) }), by: ada, at: instant('2024-01-02') },
      given(allocation).state,
    );
    expect(decided).toMatchObject([
      {
        data: {
          tranches: [{ conditions: ['agreement-accepted', 'plan-approved', 'report-1-accepted'] }],
          carriedOver: { metBefore: [] },
        },
      },
    ]);
  });

  it('is for nobody else, and of nothing that went back to the fund', () => {
    const [carried, freed] = ['148001', null].map(
      (urn) => given(allocation, ...drawn, [closed(urn), { by: rhys }]).state,
    );
    expect(undrawnFor('148002', carried!)).toBeUndefined();
    expect(undrawnFor('148001', freed!)).toBeUndefined();
    expect(undrawnFor('148001', given(allocation, offered, accepted).state)).toBeUndefined();
  });

  it('waits for the checks of the setting, and for a programme that is not paused', () => {
    const participation = { ...data().participation, missingChecks: ['due diligence is not done'] };
    given(allocation).when(offerIt({ participation })).thenRefused('ALLOCATION.CHECKS_MISSING');
    given(allocation)
      .when(offerIt({ participation: null }))
      .thenRefused('ALLOCATION.NOT_ENROLLED');
    const paused = { since: instant('2024-01-01'), reason: 'an inquiry' };
    given(allocation).when(offerIt({ paused })).thenRefused('PROGRAMME.PAUSED');
  });

  it('is of exactly what is kept for it', () => {
    const reservation = { ...data().reservation, amountPence: 608_401 };
    given(allocation).when(offerIt({ reservation })).thenRefused('ALLOCATION.RESERVATION_DIFFERS');
  });

  it('is not revised: no figure says it', () => {
    const { reservation: _, ...known } = facts;
    const figure = { ...fact('WorkforceFigureVerified', '2024-01-01', '1'), fte: '40', suppressedAs: null };
    given(allocation, rest())
      .when({
        type: 'ReviseAllocation',
        data: { ...known, figure, rule: 'same', reason: 'a mistake', revisionId: 'v1', keptPence: 5_000_000 },
      })
      .thenRefused('ALLOCATION.CARRIED_OVER');
  });
});

describe('a setting that was enrolled in place of another', () => {
  it('is not worked out a share of its own where the other was funded', () => {
    const before = { urn: '124570', settingName: 'Handford Hall' };
    const open = given(allocation)
      .when(offer({ fundedBefore: { ...before, costPence: null } }))
      .thenRefused('ALLOCATION.PART_FUNDED');
    expect(open.message).toMatch(/has not been closed: close it/);
    const over = given(allocation)
      .when(offer({ fundedBefore: { ...before, costPence: 912_600 } }))
      .thenRefused('ALLOCATION.PART_FUNDED');
    expect(over.message).toMatch(/came to £9,126\.00/);
  });
});
