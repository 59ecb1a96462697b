import { academicYearOf, formatPence, refusal, RefusalError, type Pence, type RecordedEvent } from '#kernel';
import {
  entriesOf,
  type Account,
  type LedgerEvent,
  type MoneyEvent,
} from '../read-models/funding-ledger/entries.js';

/** Every figure on a ledger, by the accounts that it is the sum, or the difference, of. */
const FIGURES = {
  budget: { budget: 1 },
  allocated: { allocated: 1 },
  committed: { confirmed: 1, reserved: 1 },
  confirmed: { confirmed: 1 },
  reserved: { reserved: 1 },
  available: { budget: 1, confirmed: -1, reserved: -1 },
  released: { released: 1 },
  undrawn: { allocated: 1, released: -1 },
  instructed: { instructed: 1 },
  settled: { settled: 1 },
  unpaid: { released: 1, settled: -1 },
  reclaimed: { reclaimed: 1 },
  returned: { returned: 1 },
  /** What came back, asked for or not. */
  back: { reclaimed: 1, returned: 1 },
  cost: { settled: 1, reclaimed: -1, returned: -1 },
} as const satisfies Readonly<Record<string, Partial<Record<Account, 1 | -1>>>>;

export type Figure = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as readonly Figure[];

/** @throws RefusalError `QUERY.BAD_FILTER` */
export function parseFigure(text: string): Figure {
  const figure = FIGURE_NAMES.find((name) => name === text);
  if (figure !== undefined) return figure;
  throw new RefusalError(
    refusal('QUERY.BAD_FILTER', 'invalid', `the figure must be one of ${FIGURE_NAMES.join(', ')}`, {
      field: 'figure',
    }),
  );
}

/** Of the programme alone: a setting has no budget, and nothing is available to one. */
export const OF_THE_PROGRAMME: ReadonlySet<string> = new Set<Figure>(['budget', 'available']);

/** Which part of a programme's money is asked about; all of it where nothing is said. */
export interface Part {
  readonly urn?: string;
  readonly tranche?: number;
  /** `2023/24` */
  readonly academicYear?: string;
}

/** What an event adds to a figure of one part; 0 if nothing. */
export function adds(figure: Figure, part: Part, event: RecordedEvent<LedgerEvent>): Pence {
  const { academicYear } = part;
  if (academicYear !== undefined && academicYear !== academicYearOf(event.metadata.occurredAt)) return 0;
  const signs: Partial<Record<Account, 1 | -1>> = FIGURES[figure];
  return entriesOf(event)
    .filter(({ urn }) => part.urn === undefined || urn === part.urn)
    .filter(({ tranche }) => part.tranche === undefined || tranche === part.tranche)
    .reduce((sum, { account, pence }) => sum + (signs[account] ?? 0) * pence, 0);
}

/** `+£12.00`, `-£12.00` */
export function signed(pence: Pence): string {
  return pence < 0 ? formatPence(pence) : `+${formatPence(pence)}`;
}

type Said = {
  readonly [T in MoneyEvent['type']]: (data: Extract<MoneyEvent, { type: T }>['data']) => string;
};

const IN_WORDS: Said = {
  ProgrammeCreated: ({ name }) => `the programme ${name} was created with it`,
  FundBudgetRaised: ({ reason }) => `the budget was raised: ${reason}`,
  FundBudgetLowered: ({ reason }) => `the budget was lowered: ${reason}`,
  FundsReserved: ({ urn }) => `set aside for an offer to ${urn}`,
  CommitmentConfirmed: ({ urn }) => `committed, as ${urn} accepted its offer`,
  ReservationReleased: ({ urn, reason }) => `free again, of ${urn}: ${reason}`,
  CommitmentReduced: ({ urn }) => `free again, as the allocation of ${urn} was closed`,
  CommitmentRestored: ({ urn }) =>
    `committed to ${urn} again, as a receipt of its closed allocation is reversed`,
  CommitmentCarriedOver: ({ urn, carried }) =>
    `never drawn by ${urn}, whose allocation was closed: ${formatPence(carried.amountPence)} is kept for ${carried.urn}, which took its part over`,
  ReservationRaised: ({ urn }) => `set aside for ${urn}, as its allocation is revised upwards`,
  ReservationLowered: ({ urn, reason }) => `free again, of ${urn}: ${reason}`,
  AllocationRoundAdopted: ({ round }) => `set aside for allocation round ${round}`,
  AllocationRoundReconciled: ({ round }) => `free again, as allocation round ${round} was reconciled`,
  AllocationOffered: ({ urn, settingName, carriedOver }) =>
    `offered to ${settingName} (${urn})${carriedOver === null ? '' : `, as ${carriedOver.from.settingName} (${carriedOver.from.urn}) had not drawn it`}`,
  AllocationRevised: ({ urn, fte, reason }) => `revised for ${urn}, with ${fte} teachers: ${reason}`,
  OfferDeclined: ({ urn, reason }) => `declined by ${urn}: ${reason}`,
  OfferLapsed: ({ urn, reason }) => `the offer to ${urn} ended, because ${reason}`,
  TrancheReleased: ({ urn, number }) => `tranche ${number} of ${urn} was released`,
  TrancheReleaseReversed: ({ urn, number, reason }) =>
    `the release of tranche ${number} of ${urn} was reversed: ${reason}`,
  ReclaimReceived: ({ urn, number, reclaim, reference }) =>
    `came in from ${urn} for reclaim ${reclaim} of tranche ${number}, with reference ${reference}`,
  UnderspendReturned: ({ urn, number, reason, reference }) =>
    `returned by ${urn} of tranche ${number}, with reference ${reference}: ${reason}`,
  ReceiptReversed: ({ urn, receipt, reason }) => `receipt ${receipt} of ${urn} was reversed: ${reason}`,
  AllocationClosed: ({ urn, reason }) => `never drawn, as the allocation of ${urn} was closed: ${reason}`,
  PaymentRunReleased: ({ run }) => `payment run ${run} was released`,
  PaymentSettled: ({ urn, number, run }) => `the bank paid tranche ${number} of ${urn}, in run ${run}`,
  PaymentFailed: ({ urn, number, run, reason }) =>
    `the payment of tranche ${number} of ${urn}, in run ${run}, failed: ${reason}`,
  PaymentReversed: ({ urn, number, reason }) =>
    `the payment of tranche ${number} of ${urn} was reversed: ${reason}`,
};

/** What an event that moves money did, as a line of an account. */
export function inWords(event: RecordedEvent<MoneyEvent>): string {
  const says = IN_WORDS[event.type] as (data: MoneyEvent['data']) => string;
  return says(event.data);
}
