import { firstTurn, type OutstandingLine, type Turn } from '#domain/programme';
import type { Instant } from '#kernel';
import type { Around } from '../read-models/tranches/around.js';
import { reportedIn } from '../read-models/tranches/accounts-around.js';
import { reclaimsOf } from '../read-models/reclaims/reclaims.js';
import { reportTurns } from '../read-models/tranches/settling-turns.js';
import { allocationTurns } from '../read-models/tranches/tranche-turns.js';
import { tranchesOf, type AllocationDocument } from '../read-models/tranches/tranches.projection.js';
import { outstandingLines, type PaymentsSeen, type ReportSeen } from './outstanding-lines.js';

/** Whether nothing has to end any more before the programme is closed, as the read models have it. */
export function isNothingOutstanding(around: Around): boolean {
  const { fund, allocations, participations } = around;
  const takenOver = participations.flatMap(({ urn, part }) =>
    'takenOver' in part ? part.takenOver.map(({ from }) => [from.urn, urn] as const) : [],
  );
  const lines = outstandingLines({
    ...{ fund, payments: paymentsSeen(around), reports: reportsSeen(around) },
    ...{ allocations: allocations.map(({ allocation }) => allocation), takenOver: new Map(takenOver) },
  });
  return lines.length === 0;
}

function paymentsSeen({ payments }: Around): PaymentsSeen {
  const all = [...payments];
  return {
    payments: Object.fromEntries(
      all.map(([id, { status, run, statusSince, settledBy }]) => {
        const answered = settledBy && { event: settledBy, occurredAt: statusSince as Instant };
        return [id, { status: status as Exclude<typeof status, 'discarded'>, run, answered }];
      }),
    ),
    runs: all.map(([trancheId, { run, statusSince, amountPence }]) => ({
      ...{ run, made: { occurredAt: statusSince as Instant }, items: [{ trancheId, amountPence }] },
    })),
  };
}

function reportsSeen({ reports, now }: Around): readonly ReportSeen[] {
  return reports.flatMap((document): readonly ReportSeen[] => {
    const { urn, window, nextSince, acceptedAt } = document;
    const since = (acceptedAt ?? nextSince ?? now) as Instant;
    const reported = reportedIn(document);
    return reported.status === 'none' ? [] : [{ ...reported, urn, window, since }];
  });
}

/** The lines with who acts as the work lists have it; what no list has stays as it is. */
export function withTurns(lines: readonly OutstandingLine[], around: Around): readonly OutstandingLine[] {
  const allocations = new Map(around.allocations.map((one) => [one.urn, one]));
  return lines.map((line) => {
    const document = allocations.get(line.urn ?? '');
    const next = document === undefined ? undefined : turnOn(line, document, around)?.next;
    return next === undefined || next === null ? line : { ...line, next };
  });
}

function turnOn(
  { what, number }: OutstandingLine,
  document: AllocationDocument,
  around: Around,
): Turn | undefined {
  const { urn } = document;
  switch (what) {
    case 'tranche-unreleased':
    case 'tranche-unsettled': {
      const index = tranchesOf(document).findIndex((one) => one.number === number);
      return allocationTurns(document, around).tranches[index]?.turn;
    }
    case 'allocation-undrawn':
    case 'allocation-unclosed': {
      const { end, tranches } = allocationTurns(document, around);
      const waiting = tranches.find(({ turn }) => turn.next !== null)?.turn;
      return end ?? waiting ?? firstTurn(reportTurns(urn, around), around.now);
    }
    case 'spend-unaccounted': {
      const { end } = allocationTurns(document, around);
      return end ?? firstTurn(reportTurns(urn, around), around.now);
    }
    case 'reclaim-owed':
      return reclaimsOf(document, around.payments).find(({ reclaim }) => reclaim === number);
    case 'round-unreconciled':
    case 'money-reserved':
    case 'money-committed':
    case 'offer-unanswered':
    case 'payment-unreleased':
    case 'report-unanswered':
      return undefined;
    default:
      return what satisfies never;
  }
}
