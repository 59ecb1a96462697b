import type { AnyEvent } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import { offerAbandoned, offerAccepted, trancheReleased } from '../../allocation/allocation.events.js';
import { commitmentConfirmed, fundsReserved, reservationReleased } from '../../fund/fund.events.js';
import { created, enrolled, ledgerAfter, of, offered, opened, reference } from './ledger.fixture.js';

describe('a ledger', () => {
  const beginning = [created, enrolled('100002'), enrolled('100001'), opened];
  const begun = { budgetPence: 1000, committedPence: 0, availablePence: 1000, releasedPence: 0 };

  it('begins with the programme, and shows every enrolled setting by URN', () => {
    expect(ledgerAfter(created)).toMatchObject({ name: 'Ipswich', ...begun, settings: [] });
    expect(ledgerAfter(...beginning)).toMatchObject({
      ...begun,
      settings: [
        { urn: '100001', name: 'School 100001', status: 'enrolled', allocatedPence: 0 },
        { urn: '100002' },
      ],
    });
  });

  it('moves what each event moves, and adds up between the halves too', () => {
    const urn = '100001';
    const steps: readonly (readonly [AnyEvent, object, object])[] = [
      [
        fundsReserved(of(urn, 400)),
        { reservedPence: 400, committedPence: 400, availablePence: 600 },
        { allocatedPence: 0, reservedPence: 400, status: 'enrolled' },
      ],
      [
        offered(urn, 400),
        { reservedPence: 400, committedPence: 400, availablePence: 600 },
        { allocatedPence: 400, status: 'offered' },
      ],
      [
        offerAccepted({ programmeId: 'ipswich', urn, amountPence: 400, reservationId: `r-${urn}` }),
        { reservedPence: 400, confirmedPence: 0, committedPence: 400 },
        { status: 'accepted', reservedPence: 400 },
      ],
      [
        commitmentConfirmed({ ...of(urn, 400), acceptance: reference }),
        { reservedPence: 0, confirmedPence: 400, committedPence: 400, availablePence: 600 },
        { confirmedPence: 400, reservedPence: 0, committedPence: 400 },
      ],
      [
        trancheReleased({ programmeId: 'ipswich', urn, number: 1, amountPence: 150 }),
        { releasedPence: 150, committedPence: 400, availablePence: 600 },
        { releasedPence: 150, undrawnPence: 250 },
      ],
    ];
    steps.forEach(([, programme, setting], index) => {
      const ledger = ledgerAfter(...beginning, ...steps.slice(0, index + 1).map(([event]) => event));
      expect(ledger).toMatchObject(programme);
      expect(ledger?.settings[0]).toMatchObject(setting);
    });
  });

  it('has again what was given back', () => {
    const urn = '100001';
    const events = [
      fundsReserved(of(urn, 400)),
      offerAbandoned({ programmeId: 'ipswich', urn, reservationId: `r-${urn}`, reason: 'never made' }),
      reservationReleased({ ...of(urn, 400), reason: 'never made', evidence: null }),
    ];
    expect(ledgerAfter(...beginning, ...events)).toMatchObject(begun);
  });

  it('takes no notice of other programmes, and rejects no event', () => {
    const elsewhere = fundsReserved({ ...of('100001', 400), programmeId: 'norwich' });
    expect(ledgerAfter(...beginning, elsewhere)).toMatchObject(begun);
    expect(ledgerAfter(fundsReserved(of('100001', 400)), offered('100001', 400), opened)).toBeUndefined();
  });
});
