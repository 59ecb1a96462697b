import { MOST_TRANCHES } from '#domain/programme';
import { academicYearOf, type AnyEvent, type Pence, type RecordedEvent } from '#kernel';
import { defineProjection, type Reaction } from '#platform/read-store';
import { trancheId } from '../../allocation/tranche-id.js';
import { NOTHING, plus, sumOf, type Balances } from './balances.js';
import { CHANGES_STANDING, entriesOf, ledgerEvents, MOVES_NOTHING, type LedgerEvent } from './entries.js';

/** The money of one tranche. What is reserved and confirmed is of whole allocations, and 0 here. */
export type TrancheLedger = Readonly<{
  /** `<programme>.<urn>.<number>` */
  id: string;
  kind: 'tranche';
  programmeId: string;
  urn: string;
  number: number;
  academicYear: '';
}> &
  Balances;

/** What moved in one academic year, by when it happened: differences, which may be negative. */
export type YearLedger = Readonly<{
  /** `<programme>.<academic year>` */
  id: string;
  kind: 'year';
  programmeId: string;
  urn: '';
  number: 0;
  /** `2023/24`, from 1 September in Europe/London. */
  academicYear: string;
  budgetPence: Pence;
}> &
  Balances;

export type BreakdownDocument = TrancheLedger | YearLedger;
type Recorded = RecordedEvent<LedgerEvent>;

function yearId({ data, metadata }: Recorded): string {
  return `${data.programmeId}.${academicYearOf(metadata.occurredAt)}`;
}

function trancheOf(programmeId: string, urn: string, number: number): TrancheLedger {
  const id = trancheId(programmeId, urn, number);
  return { id, kind: 'tranche', programmeId, urn, number, academicYear: '', ...NOTHING };
}

function yearOf(event: Recorded): YearLedger {
  const { programmeId } = event.data;
  const academicYear = academicYearOf(event.metadata.occurredAt);
  const of = { id: yearId(event), kind: 'year', programmeId, urn: '', number: 0, academicYear } as const;
  return { ...of, budgetPence: 0, ...NOTHING };
}

/** Posts what an event moves to its academic year, and to each tranche that it names. */
const posts: Reaction<BreakdownDocument, LedgerEvent> = {
  touches: (event) => {
    const ofTranches = entriesOf(event).flatMap(({ urn, tranche }) =>
      urn === null || tranche === null ? [] : [trancheId(event.data.programmeId, urn, tranche)],
    );
    return [yearId(event), ...ofTranches];
  },
  apply: (document, event, id) => {
    const entries = entriesOf(event);
    if (id === yearId(event)) {
      const year = document?.kind === 'year' ? document : yearOf(event);
      return { ...plus(year, entries), budgetPence: year.budgetPence + sumOf(entries, 'budget') };
    }
    const { programmeId } = event.data;
    const own = entries.filter(
      ({ urn, tranche }) => urn !== null && tranche !== null && trancheId(programmeId, urn, tranche) === id,
    );
    const [first] = own;
    if (first === undefined) return document;
    return plus(document ?? trancheOf(programmeId, first.urn!, first.tranche!), own);
  },
};
const posted = posts as Reaction<BreakdownDocument, AnyEvent>;

const EVERY_NUMBER = Array.from({ length: MOST_TRANCHES }, (_, index) => index + 1);

/** An offer that ends takes its tranches with it; how many it had is not for the event to say. */
const endsOffer: Reaction<
  BreakdownDocument,
  Extract<LedgerEvent, { type: 'OfferDeclined' | 'OfferLapsed' }>
> = {
  touches: (event) => {
    const { programmeId, urn } = event.data;
    return [yearId(event), ...EVERY_NUMBER.map((number) => trancheId(programmeId, urn, number))];
  },
  apply: (document, event, id) => (id === yearId(event) ? posts.apply(document, event, id) : null),
};

/** A programme's money by tranche and by academic year. */
export const ledgerBreakdown = defineProjection<BreakdownDocument>()({
  collection: {
    name: 'ledger-breakdown',
    version: 2,
    indexes: {
      byTranche: ['programmeId', 'kind', 'urn', 'number'],
      byYear: ['programmeId', 'kind', 'academicYear'],
    },
  },
  of: ledgerEvents,
  when: {
    ProgrammeCreated: posted,
    FundBudgetRaised: posted,
    FundBudgetLowered: posted,
    FundsReserved: posted,
    CommitmentConfirmed: posted,
    ReservationReleased: posted,
    CommitmentReduced: posted,
    CommitmentCarriedOver: posted,
    CommitmentRestored: posted,
    ReservationRaised: posted,
    ReservationLowered: posted,
    AllocationRoundAdopted: posted,
    AllocationRoundReconciled: posted,
    AllocationOffered: posted,
    AllocationRevised: posted,
    OfferDeclined: endsOffer,
    OfferLapsed: endsOffer,
    TrancheReleased: posted,
    TrancheReleaseReversed: posted,
    ReclaimReceived: posted,
    UnderspendReturned: posted,
    ReceiptReversed: posted,
    AllocationClosed: posted,
    PaymentRunReleased: posted,
    PaymentSettled: posted,
    PaymentFailed: posted,
    PaymentReversed: posted,
  },
  ignores: [...MOVES_NOTHING, ...CHANGES_STANDING],
});
