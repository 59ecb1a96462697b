import { programmeCreated, settingEnrolled } from '#domain/programme';
import type { AnyEvent } from '#kernel';
import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  allocationOffered,
  offerAbandoned,
  offerAccepted,
  trancheReleased,
} from '../../allocation/allocation.events.js';
import {
  commitmentConfirmed,
  fundOpened,
  fundsReserved,
  reservationReleased,
} from '../../fund/fund.events.js';
import { LedgerFold } from './ledger-as-of.js';

const reference = { eventId: 'e', stream: 's', revision: '0', type: 'T' };
const policy = {
  kind: 'rate-per-fte' as const,
  ...{ version: 1, ratePencePerFte: 1, floorPence: 0, capPence: 1 },
};
const created = programmeCreated({
  ...{ programmeId: 'ipswich', name: 'Ipswich', area: 'Ipswich', budgetPence: 1000 },
  ...{ startsOn: '2023-09-01', endsOn: '2025-08-31', tranches: [], reportWindows: [] },
  policy,
});
const enrolled = (urn: string) =>
  settingEnrolled({
    ...{ programmeId: 'ipswich', urn, settingName: `School ${urn}`, reportWindows: [] },
    ...{ programme: reference, setting: reference },
  });
const opened = fundOpened({ programmeId: 'ipswich', budgetPence: 1000, programme: reference });
const of = (urn: string, amountPence: number) => ({
  ...{ programmeId: 'ipswich', urn, amountPence },
  ...{ reservationId: `r-${urn}`, allocationId: `ipswich.${urn}` },
});
const offered = (urn: string, amountPence: number) =>
  allocationOffered({
    ...{ programmeId: 'ipswich', urn, amountPence, reservationId: `r-${urn}`, settingName: `School ${urn}` },
    ...{ fte: '1', figure: reference, policy, programme: reference, unclampedPence: amountPence },
    ...{ remainderPence: 0, round: null },
    tranches: [{ number: 1, shareBasisPoints: 10_000, amountPence, conditions: [] }],
  });

function ledgerAfter(...events: readonly AnyEvent[]) {
  const history = new History();
  const fold = new LedgerFold('ipswich');
  for (const event of events) fold.apply(history.record(event));
  return fold.answer({ asOf: '2024-01-01T00:00:00.000Z' as never, recordedAsOf: null });
}

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
