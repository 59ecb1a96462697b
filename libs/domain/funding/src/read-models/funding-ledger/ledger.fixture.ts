import { programmeCreated, settingEnrolled } from '#domain/programme';
import type { AnyEvent } from '#kernel';
import { History } from '#testing';
import { allocationOffered } from '../../allocation/allocation.events.js';
import { fundOpened } from '../../fund/fund.events.js';
import type { Ledger } from './ledger-answer.js';
import { LedgerFold } from './ledger-as-of.js';

// A programme of £10 and its settings, as the specifications of the ledger tell it.

export const reference = { eventId: 'e', stream: 's', revision: '0', type: 'T' };
const policy = {
  kind: 'rate-per-fte' as const,
  ...{ version: 1, ratePencePerFte: 1, floorPence: 0, capPence: 1 },
};
export const created = programmeCreated({
  ...{ programmeId: 'ipswich', name: 'Ipswich', area: 'Ipswich', budgetPence: 1000 },
  ...{ startsOn: '2023-09-01', endsOn: '2025-08-31', tranches: [], reportWindows: [] },
  policy,
});
export const enrolled = (urn: string) =>
  settingEnrolled({
    ...{ programmeId: 'ipswich', urn, settingName: `School ${urn}`, reportWindows: [] },
    ...{ programme: reference, setting: reference },
  });
export const opened = fundOpened({ programmeId: 'ipswich', budgetPence: 1000, programme: reference });
export const of = (urn: string, amountPence: number) => ({
  ...{ programmeId: 'ipswich', urn, amountPence },
  ...{ reservationId: `r-${urn}`, allocationId: `ipswich.${urn}` },
});
export const offered = (urn: string, amountPence: number) =>
  allocationOffered({
    ...{ programmeId: 'ipswich', urn, amountPence, reservationId: `r-${urn}`, settingName: `School ${urn}` },
    ...{ fte: '1', figure: reference, policy, programme: reference, unclampedPence: amountPence },
    ...{ remainderPence: 0, round: null, acceptBy: null, carriedOver: null },
    tranches: [{ number: 1, shareBasisPoints: 10_000, amountPence, conditions: [] }],
  });

/** Each event with the day on which it happened, or on the first of 2024. */
export function ledgerAfter(
  ...events: readonly (AnyEvent | readonly [at: string, AnyEvent])[]
): Ledger | undefined {
  const history = new History();
  const fold = new LedgerFold('ipswich');
  for (const one of events) {
    const [at, event] = 'type' in one ? ['2024-01-01', one] : one;
    fold.apply(history.record(event, { at }));
  }
  return fold.answer({ asOf: '2024-01-01T00:00:00.000Z' as never, recordedAsOf: null });
}
