import { firstTurn, type OutstandingLine, type Turn } from '#domain/programme';
import type { Instant } from '#kernel';
import type { Around } from '../read-models/tranches/around.js';
import { takersAround } from '../read-models/tranches/accounts-around.js';
import { answeringTurn } from '../read-models/tranches/answering-turns.js';
import { reclaimsOf } from '../read-models/reclaims/reclaims.js';
import { isClosed, reportTurns } from '../read-models/tranches/settling-turns.js';
import { allocationTurns } from '../read-models/tranches/tranche-turns.js';
import { tranchesOf, type AllocationDocument } from '../read-models/tranches/tranches.projection.js';
import { outstandingLines, type ReportSeen } from './outstanding-lines.js';

/** Whether nothing has to end any more before the programme is closed, as the read models have it. */
export function isNothingOutstanding(around: Around): boolean {
  const { fund, paid, allocations, participations } = around;
  const reclaimed = participations.filter(({ part }) => part.status === 'reclaimed');
  const lines = outstandingLines({
    ...{ fund, payments: paid, reports: reportsSeen(around) },
    ...{ allocations: allocations.map(({ allocation }) => allocation), takenOver: takersAround(around) },
    reclaimed: new Set(reclaimed.map(({ urn }) => urn)),
  });
  return lines.length === 0;
}

function reportsSeen({ reports, now }: Around): readonly ReportSeen[] {
  return reports.flatMap((document): readonly ReportSeen[] => {
    const { urn, window, status, accepted, nextSince, acceptedAt } = document;
    const since = (acceptedAt ?? nextSince ?? now) as Instant;
    return status === 'awaited' ? [] : [{ status, urn, window, accepted, since }];
  });
}

/** The lines with who acts as the work lists have it; what no list has stays as it is. */
export function withTurns(lines: readonly OutstandingLine[], around: Around): readonly OutstandingLine[] {
  const allocations = new Map(around.allocations.map((one) => [one.urn, one]));
  return lines.map((line) => {
    const document = allocations.get(line.urn ?? '');
    const turn = document === undefined ? undefined : turnOn(line, document, around);
    const next = turn?.next ?? answering(line, around)?.next ?? null;
    return next === null ? line : { ...line, next };
  });
}

/** On what somebody answers for who took a part over, with an allocation of its own or without. */
function answering({ what, urn }: OutstandingLine, around: Around): Turn | undefined {
  if (what !== 'spend-unaccounted') return undefined;
  const part = around.participations.find((one) => one.urn === urn);
  return part === undefined ? undefined : answeringTurn(part, around);
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
      const reported = isClosed(around) ? [] : reportTurns(urn, around);
      return end ?? firstTurn(reported, around.now);
    }
    case 'reclaim-owed':
      return reclaimsOf(document, around).find(({ reclaim }) => reclaim === number);
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
