import { participationId, type AnyEvent, type Pence, type RecordedEvent } from '#kernel';
import { defineProjection, type Reaction } from '#platform/read-store';
import { trancheId } from '../../allocation/tranche-id.js';
import { NOTHING, plus, sumOf, type Balances } from '../funding-ledger/balances.js';
import {
  entriesOf,
  ledgerEvents,
  CHANGES_STANDING,
  MOVES_NOTHING,
  type Entry,
  type LedgerEvent,
} from '../funding-ledger/entries.js';
import { brokenBy, moneyInWords } from './identities.js';

/** The first event after which an identity did not hold, and how the money stood. */
export type Breach = Readonly<{
  /** The name of the identity. */
  identity: string;
  /** What should hold. */
  says: string;
  /** How the money stood instead. */
  stood: string;
  eventId: string;
  type: string;
  stream: string;
  /** Decimal. */
  revision: string;
  occurredAt: string;
}>;

/** The money of a programme, a setting or a tranche, with the first breach of an identity that it ever had. */
export type LedgerCheckDocument = Readonly<{
  /** `<programme>`, `<programme>.<urn>` or `<programme>.<urn>.<number>` */
  id: string;
  programmeId: string;
  budgetPence: Pence | null;
  inRoundsPence: Pence | null;
  breached: boolean;
  breach: Breach | null;
}> &
  Balances;

type Recorded = RecordedEvent<LedgerEvent>;

/** Which documents an event's entries concern, and which entries each. */
function linesOf(
  { data: { programmeId } }: Recorded,
  entries: readonly Entry[],
): ReadonlyMap<string, readonly Entry[]> {
  const lines = new Map<string, Entry[]>([[programmeId, [...entries]]]);
  for (const entry of entries) {
    const { urn, tranche } = entry;
    if (urn === null) continue;
    const ids = [
      participationId(programmeId, urn),
      ...(tranche === null ? [] : [trancheId(programmeId, urn, tranche)]),
    ];
    for (const id of ids) lines.set(id, [...(lines.get(id) ?? []), entry]);
  }
  return lines;
}

function breachBy(event: Recorded, after: LedgerCheckDocument): Breach | null {
  const broken = brokenBy(after);
  if (broken === undefined) return null;
  const { id: eventId, type, stream, revision, metadata } = event;
  return {
    ...{ identity: broken.name, says: broken.says, stood: moneyInWords(after), eventId, type, stream },
    ...{ revision: revision.toString(), occurredAt: metadata.occurredAt },
  };
}

const checks: Reaction<LedgerCheckDocument, LedgerEvent> = {
  touches: (event) => [...linesOf(event, entriesOf(event)).keys()],
  apply: (document, event, id) => {
    const entries = linesOf(event, entriesOf(event)).get(id) ?? [];
    const { programmeId } = event.data;
    const ofProgramme = id === programmeId;
    const none = ofProgramme ? 0 : null;
    const before = document ?? {
      ...{
        id,
        programmeId,
        budgetPence: none,
        inRoundsPence: none,
        breached: false,
        breach: null,
        ...NOTHING,
      },
    };
    const moved = {
      ...plus(before, entries),
      ...(ofProgramme && {
        budgetPence: (before.budgetPence ?? 0) + sumOf(entries, 'budget'),
        inRoundsPence:
          (before.inRoundsPence ?? 0) +
          sumOf(
            entries.filter(({ urn }) => urn === null),
            'reserved',
          ),
      }),
    };
    const breach = before.breach ?? breachBy(event, moved);
    return { ...moved, breach, breached: breach !== null };
  },
};
const checked = checks as Reaction<LedgerCheckDocument, AnyEvent>;

/** Holds every event of the ledger against its identities; a breach stays, however the money moves afterwards. */
export const ledgerCheck = defineProjection<LedgerCheckDocument>()({
  collection: { name: 'ledger-check', version: 2, indexes: { byBreach: ['programmeId', 'breached'] } },
  of: ledgerEvents,
  when: {
    ProgrammeCreated: checked,
    FundBudgetRaised: checked,
    FundBudgetLowered: checked,
    FundsReserved: checked,
    CommitmentConfirmed: checked,
    ReservationReleased: checked,
    CommitmentReduced: checked,
    CommitmentCarriedOver: checked,
    CommitmentRestored: checked,
    ReservationRaised: checked,
    ReservationLowered: checked,
    AllocationRoundAdopted: checked,
    AllocationRoundReconciled: checked,
    AllocationOffered: checked,
    AllocationRevised: checked,
    OfferDeclined: checked,
    OfferLapsed: checked,
    TrancheReleased: checked,
    TrancheReleaseReversed: checked,
    ReclaimReceived: checked,
    UnderspendReturned: checked,
    ReceiptReversed: checked,
    AllocationClosed: checked,
    PaymentRunReleased: checked,
    PaymentSettled: checked,
    PaymentFailed: checked,
    PaymentReversed: checked,
  },
  ignores: [...MOVES_NOTHING, ...CHANGES_STANDING],
});
