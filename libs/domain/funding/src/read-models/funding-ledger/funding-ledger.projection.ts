import { endedBy, endedInstead, type Ended } from '#domain/programme';
import { participationId, type AnyEvent, type Pence, type RecordedEvent } from '#kernel';
import { defineProjection, type Reaction } from '#platform/read-store';
import type { FundEvent } from '../../fund/fund.events.js';
import { NOTHING, plus, sumOf, type Balances } from './balances.js';
import { entriesOf, ledgerEvents, MOVES_NOTHING, type Entry, type LedgerEvent } from './entries.js';

export const BUDGET_CHANGES_SHOWN = 100;

export type BudgetChange = Readonly<{
  fromPence: Pence;
  budgetPence: Pence;
  reason: string;
  changedAt: string;
  /** Subject of who changed it. */
  changedBy: string;
}>;

/** The money of a programme. After every event: budget = committed + available. */
export type ProgrammeLedger = Readonly<{
  /** The programme's id. */
  id: string;
  kind: 'programme';
  programmeId: string;
  urn: '';
  name: string;
  budgetPence: Pence;
  availablePence: Pence;
  settingsEnrolled: number;
  /** How the budget came to be what it is, oldest first; of many, the latest {@link BUDGET_CHANGES_SHOWN}. */
  budgetChanges: readonly BudgetChange[];
}> &
  Balances;

/** The money of one setting in one programme. After every event: 0 ≤ released ≤ allocated. */
export type SettingLedger = Readonly<{
  /** `<programme>.<urn>` */
  id: string;
  kind: 'setting';
  programmeId: string;
  urn: string;
  name: string;
  /** Of what is allocated to it; `enrolled`: nothing is. */
  status: 'enrolled' | 'offered' | 'accepted' | 'closed';
  /** Whether it takes part, or how that ended. */
  part: 'enrolled' | Ended;
}> &
  Balances;

export type LedgerDocument = ProgrammeLedger | SettingLedger;

type Recorded = RecordedEvent<LedgerEvent>;

function posted<D extends LedgerDocument>(document: D, entries: readonly Entry[]): D {
  if (document.kind === 'setting') {
    return plus(
      document,
      entries.filter(({ urn }) => urn === document.urn),
    );
  }
  const after = plus(document, entries);
  const budgetPence = document.budgetPence + sumOf(entries, 'budget');
  return { ...after, budgetPence, availablePence: budgetPence - after.committedPence };
}

type Change = (document: LedgerDocument, event: Recorded) => LedgerDocument;

/** Posts what an event moves to the programme's ledger, and to the setting's if it is of one. */
function posts(change: Change = (document) => document): Reaction<LedgerDocument, AnyEvent> {
  const reaction: Reaction<LedgerDocument, LedgerEvent> = {
    touches: (event) => {
      const { programmeId } = event.data;
      const urns = entriesOf(event).flatMap(({ urn }) => (urn === null ? [] : [urn]));
      if ('urn' in event.data) urns.push(event.data.urn);
      return [programmeId, ...new Set(urns.map((urn) => participationId(programmeId, urn)))];
    },
    apply: (document, event) => document && change(posted(document, entriesOf(event)), event),
  };
  return reaction;
}

const becomes = (status: SettingLedger['status']) =>
  posts((document) => (document.kind === 'setting' ? { ...document, status } : document));

type EndsPart = RecordedEvent<Parameters<typeof endedBy>[0]>;

const partEnded = {
  touches: ({ data }: EndsPart) => [participationId(data.programmeId, data.urn)],
  apply: (document, event) => {
    const part = endedBy(event);
    const goesOn = document?.kind === 'setting' && document.part === 'enrolled';
    return goesOn && part !== undefined ? { ...document, part } : document;
  },
} satisfies Reaction<LedgerDocument, EndsPart>;
const standsBy = partEnded as Reaction<LedgerDocument, AnyEvent>;

type Instead = RecordedEvent<Parameters<typeof endedInstead>[0]>;

const endsOtherwise = {
  touches: ({ data }: Instead) => [participationId(data.programmeId, data.urn)],
  apply: (document, event) => {
    const part = endedInstead(event);
    const wasPassedOn = document?.kind === 'setting' && document.part === 'transferred';
    return wasPassedOn && part !== undefined ? { ...document, part } : document;
  },
} satisfies Reaction<LedgerDocument, Instead>;

type BudgetChanged = RecordedEvent<Extract<FundEvent, { type: 'FundBudgetRaised' | 'FundBudgetLowered' }>>;

const budgetChanged = posts((document, event) => {
  if (document.kind !== 'programme') return document;
  const { data, metadata } = event as BudgetChanged;
  const { fromPence, budgetPence, reason } = data;
  const by = { changedAt: metadata.occurredAt, changedBy: metadata.actor.subject };
  const changes = [...document.budgetChanges, { fromPence, budgetPence, reason, ...by }];
  return { ...document, budgetChanges: changes.slice(-BUDGET_CHANGES_SHOWN) };
});

/** The money of each programme and each enrolled setting: one document a programme, one a setting. */
export const fundingLedger = defineProjection<LedgerDocument>()({
  collection: {
    name: 'funding-ledger',
    version: 6,
    indexes: { byKind: ['programmeId', 'kind', 'urn'] },
  },
  of: ledgerEvents,
  when: {
    ProgrammeCreated: {
      touches: ({ data }) => [data.programmeId],
      apply: (_, event) => {
        const { programmeId, name } = event.data;
        const begun: ProgrammeLedger = {
          ...{ id: programmeId, kind: 'programme', programmeId, urn: '', name },
          ...{ budgetPence: 0, availablePence: 0, settingsEnrolled: 0, budgetChanges: [] },
          ...NOTHING,
        };
        return posted(begun, entriesOf(event));
      },
    },
    SettingEnrolled: {
      touches: ({ data: { programmeId, urn } }) => [programmeId, participationId(programmeId, urn)],
      apply: (document, { data: { programmeId, urn, settingName: name } }, id) => {
        if (id !== programmeId) {
          const setting = { id, kind: 'setting', programmeId, urn, name } as const;
          return { ...setting, status: 'enrolled', part: 'enrolled', ...NOTHING };
        }
        return document?.kind === 'programme'
          ? { ...document, settingsEnrolled: document.settingsEnrolled + 1 }
          : document;
      },
    },
    SettingWithdrawn: standsBy,
    FinancialReviewCompleted: standsBy,
    ContinuityDecided: standsBy,
    TransferReplaced: endsOtherwise,
    FundBudgetRaised: budgetChanged,
    FundBudgetLowered: budgetChanged,
    FundsReserved: posts(),
    CommitmentConfirmed: posts(),
    ReservationReleased: posts(),
    CommitmentReduced: posts(),
    CommitmentCarriedOver: posts(),
    CommitmentRestored: posts(),
    ReservationRaised: posts(),
    ReservationLowered: posts(),
    AllocationRoundAdopted: posts(),
    AllocationRoundReconciled: posts(),
    AllocationOffered: becomes('offered'),
    AllocationRevised: posts(),
    OfferDeclined: becomes('enrolled'),
    OfferLapsed: becomes('enrolled'),
    OfferAccepted: becomes('accepted'),
    TrancheReleased: posts(),
    TrancheReleaseReversed: posts(),
    ReclaimReceived: posts(),
    UnderspendReturned: posts(),
    ReceiptReversed: posts(),
    AllocationClosed: becomes('closed'),
    PaymentRunReleased: posts(),
    PaymentSettled: posts(),
    PaymentFailed: posts(),
    PaymentReversed: posts(),
  },
  ignores: MOVES_NOTHING,
});
