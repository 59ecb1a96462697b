import type { OutstandingLine } from '#domain/programme';
import type { Payment, PaymentsState } from '#domain/payments';
import type { AcceptedWord, ReportState } from '#domain/reporting';
import { formatPence, sumPence, type Instant } from '#kernel';
import { costPence, type AllocationState } from '../allocation/allocation-state.js';
import { carriedOverFrom } from '../allocation/carried-over-reservation.js';
import { owedPence, type Reclaim } from '../allocation/money-back-state.js';
import { parseTrancheId, trancheId } from '../allocation/tranche-id.js';
import type { FundState, OpenFundState } from '../fund/fund-state.js';
import { unaccountedLines } from './unaccounted-lines.js';

/** What is looked at of a report. */
export type ReportSeen =
  | { readonly status: 'none' }
  | {
      readonly status: Exclude<ReportState['status'], 'none'>;
      readonly urn: string;
      readonly window: number;
      readonly accepted: readonly AcceptedWord[];
      readonly since: Instant;
    };

/** The streams of one programme, folded. */
export interface Unfinished {
  readonly fund: FundState;
  readonly payments: PaymentsState;
  readonly allocations: readonly AllocationState[];
  readonly reports: readonly ReportSeen[];
  /** Who took a part over, by the URN of whose it was. */
  readonly takenOver: ReadonlyMap<string, Taker>;
  /** URNs of those of whom the board decided to reclaim what they were paid. */
  readonly reclaimed: ReadonlySet<string>;
}

/** Who took a part over, and when. */
export interface Taker {
  readonly urn: string;
  readonly settingName: string;
  readonly since: Instant;
}

export type Standing = Exclude<AllocationState, { status: 'none' }>;

/** What has to end before the programme can be closed, oldest first. */
export function outstandingLines(all: Unfinished): readonly OutstandingLine[] {
  const standing = all.allocations.filter((one) => one.status !== 'none');
  const lines = [
    ...ofFund(all.fund, standing),
    ...standing.flatMap((one) => ofAllocation(one, all.payments)),
    ...unaccountedLines(standing, all),
    ...ofStrays(standing, all.payments),
    ...all.reports.flatMap(ofReport),
  ];
  return lines.sort(
    (a, b) => compare(a.since, b.since) || compare(a.urn ?? '', b.urn ?? '') || compare(a.says, b.says),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function ofFund(fund: FundState, standing: readonly Standing[]): readonly OutstandingLine[] {
  if (fund.status === 'none') return [];
  const rounds = fund.rounds
    .filter(({ reconciled }) => !reconciled)
    .map(({ round, heldPence, adoption }): OutstandingLine => ({
      what: 'round-unreconciled',
      says: `allocation round ${round} is not reconciled, ${formatPence(heldPence)} is set aside for it`,
      ...{ urn: null, number: round, amountPence: heldPence, since: adoption.occurredAt, next: 'operations' },
      endedBy: 'its remaining offers are made once what they wait for (checks, a decision, a pause) is done',
    }));
  // Of an offer that stands, the offer is the line.
  const offered = new Set(
    standing.filter(({ status }) => status === 'offered').map(({ reservationId }) => reservationId),
  );
  const reserved = Object.values(fund.reservations)
    .filter(({ status, reservationId }) => status === 'reserved' && !offered.has(reservationId))
    .map(({ reservationId, urn, amountPence, reservedAt }): OutstandingLine => ({
      what: 'money-reserved',
      says: `${formatPence(amountPence)} is reserved for setting ${urn}`,
      ...{ urn, number: null, amountPence, since: reservedAt },
      ...(carriedOverFrom(reservationId) === undefined
        ? { next: null, endedBy: 'it is committed or given back by itself within minutes' }
        : { next: 'operations', endedBy: 'the setting is offered it, or its part ends' }),
    }));
  return [...rounds, ...reserved, ...committed(fund, standing)];
}

/** The fund has back what a closed allocation did not come to; after a crash some minutes later. */
function committed(
  { reservations }: OpenFundState,
  standing: readonly Standing[],
): readonly OutstandingLine[] {
  return standing.flatMap((one) => {
    const kept = reservations[one.reservationId];
    if (one.status !== 'closed' || (kept?.status !== 'confirmed' && kept?.status !== 'closed')) return [];
    const amountPence = kept.amountPence - costPence(one);
    if (amountPence === 0) return [];
    const line: OutstandingLine = {
      what: 'money-committed',
      says: `${formatPence(amountPence)} is committed to ${one.settingName} (${one.urn}) beyond what its closed allocation came to`,
      ...{ urn: one.urn, number: null, amountPence, since: one.closure.occurredAt, next: null },
      endedBy: 'it is given back by itself within minutes',
    };
    return [line];
  });
}

function ofAllocation(one: Standing, payments: PaymentsState): readonly OutstandingLine[] {
  const { urn, settingName, amountPence } = one;
  const setting = `${settingName} (${urn})`;
  if (one.status === 'offered') {
    const line: OutstandingLine = {
      what: 'offer-unanswered',
      says: `the offer of ${formatPence(amountPence)} to ${setting} is not answered`,
      ...{ urn, number: null, amountPence, since: one.offer.occurredAt, next: 'setting' },
      endedBy:
        one.acceptBy === null
          ? 'the setting accepts or declines it'
          : `the setting accepts or declines it, or it lapses after ${one.acceptBy}`,
    };
    return [line];
  }
  return [
    ...one.tranches.flatMap((tranche) => ofTranche(one, tranche, payments)),
    ...(one.status === 'accepted' ? unclosed(one) : []),
    ...one.moneyBack.reclaims.flatMap((reclaim) => ofReclaim(one, reclaim)),
  ];
}

/** Money that nobody has drawn, and what came back, stays committed until the allocation is closed. */
function unclosed(one: Extract<Standing, { status: 'accepted' }>): readonly OutstandingLine[] {
  const { urn, settingName, tranches, acceptance, amountPence: allocatedPence } = one;
  const setting = `${settingName} (${urn})`;
  const undrawnPence = sumPence(
    tranches.filter(({ proposed, released }) => proposed === null && released === null),
  );
  if (undrawnPence > 0) {
    const line: OutstandingLine = {
      what: 'allocation-undrawn',
      says: `${formatPence(undrawnPence)} of the allocation of ${setting} is not drawn`,
      ...{ urn, number: null, amountPence: undrawnPence, since: acceptance.occurredAt, next: 'operations' },
      endedBy: 'it is drawn, and the allocation closed; or an approver closes the allocation',
    };
    return [line];
  }
  const line: OutstandingLine = {
    what: 'allocation-unclosed',
    says: `the allocation of ${setting}, ${formatPence(allocatedPence)}, is not closed`,
    ...{ urn, number: null, amountPence: allocatedPence, since: acceptance.occurredAt, next: 'approver' },
    endedBy: 'an approver closes it, once what was paid is accounted for',
  };
  return [line];
}

/** A payment of what is not released any more must not be: it is named, so that somebody sees to it. */
function ofStrays(
  standing: readonly Standing[],
  { payments, runs }: PaymentsState,
): readonly OutstandingLine[] {
  return Object.entries(payments).flatMap(([id, { status, run, differs }]) => {
    const { urn, number } = parseTrancheId(id);
    const one = standing.find((other) => other.urn === urn);
    const released = one?.tranches.some((tranche) => tranche.number === number && tranche.released !== null);
    if (released === true || status === 'failed') return [];
    const made = runs.find((other) => other.run === run);
    if (made === undefined) return [];
    const amountPence = made.items.find(({ trancheId: of }) => of === id)?.amountPence ?? null;
    const line: OutstandingLine = {
      what: 'payment-unreleased',
      says: `tranche ${number} of setting ${urn} is in payment run ${run}, ${status}, and is not released`,
      ...{ urn, number, amountPence, since: made.made.occurredAt },
      next: status === 'instructed' && differs === null ? 'bank' : 'payer',
      endedBy:
        status === 'in-run' ? 'the run is discarded' : 'the payment fails, or is reversed if it was not made',
    };
    return [line];
  });
}

function ofReclaim({ urn, settingName }: Standing, reclaim: Reclaim): readonly OutstandingLine[] {
  const amountPence = owedPence(reclaim);
  if (amountPence === 0) return [];
  const { reclaim: number, proposed, approved } = reclaim;
  const line: OutstandingLine = {
    what: 'reclaim-owed',
    says: `${formatPence(amountPence)} of reclaim ${number} of ${settingName} (${urn}) ${approved === null ? 'is not approved' : 'has not come in'}`,
    ...{ urn, number, amountPence, since: (approved ?? proposed).occurredAt },
    next: approved === null ? 'approver' : 'setting',
    endedBy:
      approved === null ? 'it is approved or withdrawn' : 'it comes in, or what is left of it is withdrawn',
  };
  return [line];
}

function ofTranche(
  { programmeId, urn, settingName }: Standing,
  { number, amountPence, proposed, approved, released }: Standing['tranches'][number],
  { payments }: PaymentsState,
): readonly OutstandingLine[] {
  const tranche = `tranche ${number} of ${settingName} (${urn}), ${formatPence(amountPence)},`;
  if (released !== null) {
    const payment = payments[trancheId(programmeId, urn, number)];
    const status = standingOf(payment);
    if (status === 'settled') return [];
    const line: OutstandingLine = {
      what: 'tranche-unsettled',
      says: `${tranche} is released, and ${PAYMENT_IS[status]}`,
      ...{ urn, number, amountPence, since: released.occurredAt },
      next: status === 'instructed' ? 'bank' : 'payer',
      endedBy: PAYMENT_ENDS[status],
    };
    return [line];
  }
  const signed = approved ?? proposed;
  if (signed === null) return [];
  const line: OutstandingLine = {
    what: 'tranche-unreleased',
    says: `${tranche} is ${approved === null ? 'proposed' : 'approved'} and not released`,
    ...{ urn, number, amountPence, since: signed.occurredAt },
    next: approved === null ? 'approver' : 'payer',
    endedBy:
      approved === null
        ? 'it is approved and released, or its proposal refused or withdrawn'
        : 'it is released, or its approval revoked and its proposal withdrawn',
  };
  return [line];
}

function standingOf(payment: Payment | undefined): Payment['status'] | 'unpaid' | 'differing' {
  if (payment === undefined) return 'unpaid';
  return payment.differs === null ? payment.status : 'differing';
}

const PAYMENT_IS = {
  unpaid: 'in no payment run',
  'in-run': 'in a payment run that is not released',
  instructed: 'the bank has not answered',
  differing: 'the bank has answered with another amount than was instructed',
  failed: 'its payment failed',
} as const;

const PAYMENT_ENDS = {
  unpaid: 'it is put into a payment run, and the bank settles it, or its release is reversed',
  'in-run': 'a second person releases the run, and the bank settles it',
  instructed: "the bank's answer is imported",
  differing:
    'the bank is asked, and its corrected answer imported; or its payment is reversed to failed, once all of it has come back',
  failed: 'it is put into another payment run, and the bank settles it, or its release is reversed',
} as const;

function ofReport(report: ReportSeen): readonly OutstandingLine[] {
  if (report.status !== 'submitted') return [];
  const { urn, window: number, since } = report;
  return [
    {
      what: 'report-unanswered',
      says: `report ${number} of setting ${urn} is submitted and not answered`,
      ...{ urn, number, amountPence: null, since, next: 'approver' },
      endedBy: 'it is accepted, partly accepted or returned',
    },
  ];
}
