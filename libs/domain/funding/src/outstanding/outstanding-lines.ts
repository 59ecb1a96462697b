import type { OutstandingLine } from '#domain/programme';
import type { PaymentsState } from '#domain/payments';
import type { ReportState } from '#domain/reporting';
import { formatPence, sumPence } from '#kernel';
import type { AllocationState } from '../allocation/allocation-state.js';
import { carriedOverFrom } from '../allocation/carried-over-reservation.js';
import { owedPence, type Reclaim } from '../allocation/money-back-state.js';
import { trancheId } from '../allocation/tranche-id.js';
import type { FundState } from '../fund/fund-state.js';

/** The streams of one programme, folded. */
export interface Unfinished {
  readonly fund: FundState;
  readonly payments: PaymentsState;
  readonly allocations: readonly AllocationState[];
  readonly reports: readonly ReportState[];
}

type Standing = Exclude<AllocationState, { status: 'none' }>;

/** What has to end before the programme can be closed, oldest first. */
export function outstandingLines(all: Unfinished): readonly OutstandingLine[] {
  const standing = all.allocations.filter((one) => one.status !== 'none');
  const lines = [
    ...ofFund(all.fund, standing),
    ...standing.flatMap((one) => ofAllocation(one, all.payments)),
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
      ...{ urn: null, number: round, amountPence: heldPence, since: adoption.occurredAt },
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
      endedBy:
        carriedOverFrom(reservationId) === undefined
          ? 'it is committed or given back by itself within minutes'
          : 'the setting is offered it, or its part ends',
    }));
  return [...rounds, ...reserved];
}

function ofAllocation(one: Standing, payments: PaymentsState): readonly OutstandingLine[] {
  const { urn, settingName, amountPence } = one;
  const setting = `${settingName} (${urn})`;
  if (one.status === 'offered') {
    const line: OutstandingLine = {
      what: 'offer-unanswered',
      says: `the offer of ${formatPence(amountPence)} to ${setting} is not answered`,
      ...{ urn, number: null, amountPence, since: one.offer.occurredAt },
      endedBy:
        one.acceptBy === null
          ? 'the setting accepts or declines it'
          : `the setting accepts or declines it, or it lapses after ${one.acceptBy}`,
    };
    return [line];
  }
  return [
    ...one.tranches.flatMap((tranche) => ofTranche(one, tranche, payments)),
    ...(one.status === 'accepted' ? undrawn(one) : []),
    ...one.moneyBack.reclaims.flatMap((reclaim) => ofReclaim(one, reclaim)),
  ];
}

/** Money that nobody has drawn stays committed until its allocation is closed. */
function undrawn(one: Extract<Standing, { status: 'accepted' }>): readonly OutstandingLine[] {
  const { urn, settingName, tranches, acceptance } = one;
  const unsigned = tranches.filter(({ proposed, released }) => proposed === null && released === null);
  if (unsigned.length === 0) return [];
  const amountPence = sumPence(unsigned);
  const line: OutstandingLine = {
    what: 'allocation-undrawn',
    says: `${formatPence(amountPence)} of the allocation of ${settingName} (${urn}) is not drawn`,
    ...{ urn, number: null, amountPence, since: acceptance.occurredAt },
    endedBy: 'it is drawn, or the allocation is closed',
  };
  return [line];
}

function ofReclaim({ urn, settingName }: Standing, reclaim: Reclaim): readonly OutstandingLine[] {
  const amountPence = owedPence(reclaim);
  if (amountPence === 0) return [];
  const { reclaim: number, proposed, approved } = reclaim;
  const line: OutstandingLine = {
    what: 'reclaim-owed',
    says: `${formatPence(amountPence)} of reclaim ${number} of ${settingName} (${urn}) ${approved === null ? 'is not approved' : 'has not come in'}`,
    ...{ urn, number, amountPence, since: (approved ?? proposed).occurredAt },
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
    const status = payment?.status ?? 'unpaid';
    if (status === 'settled') return [];
    const line: OutstandingLine = {
      what: 'tranche-unsettled',
      says: `${tranche} is released, and ${PAYMENT_IS[status]}`,
      ...{ urn, number, amountPence, since: released.occurredAt, endedBy: PAYMENT_ENDS[status] },
    };
    return [line];
  }
  const signed = approved ?? proposed;
  if (signed === null) return [];
  const line: OutstandingLine = {
    what: 'tranche-unreleased',
    says: `${tranche} is ${approved === null ? 'proposed' : 'approved'} and not released`,
    ...{ urn, number, amountPence, since: signed.occurredAt },
    endedBy:
      approved === null
        ? 'it is approved and released, or its proposal refused or withdrawn'
        : 'it is released, or its approval revoked and its proposal withdrawn',
  };
  return [line];
}

const PAYMENT_IS = {
  unpaid: 'in no payment run',
  'in-run': 'in a payment run that is not released',
  instructed: 'the bank has not answered',
  failed: 'its payment failed',
} as const;

const PAYMENT_ENDS = {
  unpaid: 'it is put into a payment run, and the bank settles it, or its release is reversed',
  'in-run': 'a second person releases the run, and the bank settles it',
  instructed: "the bank's answer is imported",
  failed: 'it is put into another payment run, and the bank settles it, or its release is reversed',
} as const;

function ofReport(report: ReportState): readonly OutstandingLine[] {
  if (report.status !== 'submitted') return [];
  const { urn, window: number, since } = report;
  return [
    {
      what: 'report-unanswered',
      says: `report ${number} of setting ${urn} is submitted and not answered`,
      ...{ urn, number, amountPence: null, since },
      endedBy: 'it is accepted, partly accepted or returned',
    },
  ];
}
