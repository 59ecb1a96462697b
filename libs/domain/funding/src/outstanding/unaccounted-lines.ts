import type { OutstandingLine } from '#domain/programme';
import { formatPence, later } from '#kernel';
import { acceptedSpend } from '../allocation/accounted.js';
import { NOTHING_OFFERED } from '../allocation/allocation-state.js';
import { settledIn } from '../allocation/read-settled/settled-tranches.js';
import { Answering } from '../allocation/who-answers.js';
import type { ReportSeen, Standing, Unfinished } from './outstanding-lines.js';

/**
 * What was paid is accepted as spent, is back, or was let go; also once the allocation is closed, as a report can be undone. It is
 * the line of who answers for it, which may have no allocation of its own.
 */
export function unaccountedLines(standing: readonly Standing[], all: Unfinished): readonly OutstandingLine[] {
  const allocations = new Map(standing.map((one) => [one.urn, one]));
  const takers = new Map([...all.takenOver.values()].map((one) => [one.urn, one]));
  const reports = Map.groupBy(all.reports, (one) => (one.status === 'none' ? '' : one.urn));
  const urns = [...new Set([...allocations.keys(), ...takers.keys()])];
  const answering = new Answering(
    urns.map((urn) => ({
      ...{ urn, allocation: allocations.get(urn) ?? NOTHING_OFFERED, reclaimed: all.reclaimed.has(urn) },
      paid: settledIn(all.payments, allocations.get(urn) ?? NOTHING_OFFERED),
      spentPence: acceptedSpend((reports.get(urn) ?? []).toSorted((a, b) => windowOf(a) - windowOf(b))),
      takenOverBy: all.takenOver.get(urn)?.urn ?? null,
    })),
  );
  return urns.flatMap((urn) => {
    const amountPence = answering.answersForPence(urn);
    if (amountPence === 0) return [];
    const paid = answering.answeredBy(urn).flatMap((one) => allocations.get(one.urn) ?? []);
    const taker = takers.get(urn);
    const setting = nameOf(allocations.get(urn) ?? taker!);
    const others = paid.filter((one) => one.urn !== urn).map(nameOf);
    const released = paid.flatMap(({ tranches }) => tranches.flatMap((one) => one.released ?? []));
    const reclaimed = all.reclaimed.has(urn);
    const that =
      others.length === 0
        ? `that ${setting} was paid`
        : `that ${setting} answers for, as it took over the part of ${others.join(', ')},`;
    const line: OutstandingLine = {
      what: 'spend-unaccounted',
      says: `${formatPence(amountPence)} ${that} ${reclaimed ? 'is not back, and the board decided to reclaim it, spent or not' : 'is neither accepted as spent nor back'}`,
      ...{ urn, number: null, amountPence, next: reclaimed ? 'operations' : 'setting' },
      since: [...released.map(({ occurredAt }) => occurredAt), ...(taker ? [taker.since] : [])].reduce(later),
      endedBy: reclaimed
        ? 'it is asked back, and received or let go of'
        : 'the setting reports it as spent and that is accepted, or it is returned, or asked back and received or let go of',
    };
    return [line];
  });
}

function nameOf({ settingName, urn }: Pick<Standing, 'settingName' | 'urn'>): string {
  return `${settingName} (${urn})`;
}

function windowOf(report: ReportSeen): number {
  return report.status === 'none' ? 0 : report.window;
}
