import { asTurn, isEnded, turnOf, type ParticipationDocument, type Turn } from '#domain/programme';
import { reportTurn } from '#domain/reporting';
import {
  addDays,
  formatPence,
  later,
  parseDate,
  startOfDay,
  sumPence,
  type Instant,
  type Pence,
} from '#kernel';
import type { AllocationState } from '../../allocation/allocation-state.js';
import { unfinished } from '../../allocation/closing.js';
import { trancheId } from '../../allocation/tranche-id.js';
import { reclaimsOf } from '../reclaims/reclaims.js';
import { answeringAround, paidAround } from './accounts-around.js';
import type { Around } from './around.js';
import type { AllocationDocument } from './tranches.projection.js';

/** Whose turn it is; and whether the thing itself waits, or something else that is on a list already. */
export interface Awaited {
  readonly turn: Turn;
  readonly itself: boolean;
}

export const itself = (turn: Turn): Awaited => ({ turn, itself: true });
export const elsewhere = (turn: Turn): Awaited => ({ turn: asTurn(turn), itself: false });

type Accepted = Extract<AllocationState, { status: 'accepted' }>;

/** The first moment after the last day of the programme. */
export function overAt({ programme }: Pick<Around, 'programme'>): Instant | undefined {
  return programme.status === 'none' ? undefined : startOfDay(addDays(parseDate(programme.terms.endsOn), 1));
}

export function isOver(around: Around): boolean {
  const at = overAt(around);
  return at !== undefined && at <= around.now;
}

/** No report is waited for any more, whatever of what was paid turns out not to be accounted for. */
export function isClosed({ programme }: Pick<Around, 'programme'>): boolean {
  return programme.status !== 'none' && programme.closed !== null;
}

/**
 * Since when an allocation is to be brought to its end: its setting has left, the programme is over, or all of it is paid and
 * no report is to come. `undefined`: it goes on.
 */
function endsSince(urn: string, accepted: Accepted, around: Around): Instant | undefined {
  const { reports, participation } = around.setting(urn);
  // Of a part that was passed on, and not after all, since that was decided.
  if (participation !== undefined && isEnded(participation.part))
    return participation.part.statusBy.occurredAt;
  if (isOver(around)) return overAt(around);
  const isPaid = accepted.tranches.every(
    ({ number, amountPence, released }) =>
      (released === null && amountPence === 0) ||
      around.payments.get(trancheId(around.programmeId, urn, number))?.status === 'settled',
  );
  const isReported = reports.length > 0 && reports.every(({ acceptedAt }) => acceptedAt !== null);
  return isPaid && isReported ? accepted.acceptance.occurredAt : undefined;
}

/** When the newest happened of what an allocation's end rests on. */
function latestOf(urn: string, { acceptance, moneyBack, revisions }: Accepted, around: Around): Instant {
  const { reports } = around.setting(urn);
  const facts = [
    ...revisions,
    ...moneyBack.reclaims.flatMap(({ approved, withdrawn }) => [approved, withdrawn]),
    ...moneyBack.receipts.flatMap(({ recorded, reversed }) => [recorded, reversed]),
  ];
  const times = [
    ...facts.flatMap((fact) => (fact === null ? [] : [fact.occurredAt])),
    ...reports.flatMap(({ acceptedAt }) => (acceptedAt === null ? [] : [acceptedAt as Instant])),
    ...paidAround(urn, around).map(({ settled }) => settled.occurredAt),
  ];
  return times.reduce(later, acceptance.occurredAt);
}

/**
 * Who brings an allocation to its end: whoever has a report, a payment or a reclaim of it to see to, each of which is on a list
 * itself; operations, while something that was paid is not accounted for; and at last the approver, who closes it.
 * @param own of each tranche whose turn it is; `null`: it waits for that end alone
 * @returns `undefined` while the allocation goes on
 */
export function settlingTurn(
  { urn, allocation }: AllocationDocument,
  around: Around,
  own: readonly (Awaited | null)[],
): Awaited | undefined {
  if (allocation.status !== 'accepted') return undefined;
  const ends = endsSince(urn, allocation, around);
  if (ends === undefined) return undefined;
  const since = later(ends, latestOf(urn, allocation, around));
  const reported = reportWaiting(urn, around);
  if (reported !== undefined) return elsewhere(reported);
  const answering = answeringAround(around);
  const left = answering.answersForPence(urn);
  const undrawn = sumPence(allocation.tranches.filter(({ released }) => released === null));
  const toTakeOver = takeOverTurn(urn, around);
  if (toTakeOver !== undefined && left + undrawn > 0) return elsewhere(toTakeOver);
  if (left > 0) {
    const { reclaimed } = answering.accountsOf(urn);
    const says = reclaimed ? askBack(left) : seeWhatWasSpent(left);
    return itself(turnOf('settle-allocation', says, since));
  }
  const waiting = [
    ...own.flatMap((one) => (one === null ? [] : [one.turn])),
    ...reclaimsOf({ allocation }, around),
  ].find(({ next }) => next !== null);
  if (waiting !== undefined) return elsewhere(waiting);
  const open = unfinished(allocation, paidAround(urn, around), answering.accountsOf(urn));
  if (open.length > 0) return itself(turnOf('settle-allocation', open.join('; '), since));
  const says = `close the allocation${ofUndrawn(undrawn, around.setting(urn).participation)}`;
  return itself(turnOf('close-allocation', says, since));
}

/** Of a part that was passed on, whoever closes it says where that goes. */
function ofUndrawn(undrawnPence: Pence, participation: ParticipationDocument | undefined): string {
  if (undrawnPence === 0) return '';
  const undrawn = `the ${formatPence(undrawnPence)} that it has not drawn`;
  return participation?.part.status === 'transferred'
    ? `, and say with --undrawn where ${undrawn} goes: to the fund, or to the setting that has its part now`
    : `; ${undrawn} is free again`;
}

export function seeWhatWasSpent(leftPence: Pence): string {
  return `see what was spent, and ask back what was not: ${formatPence(leftPence)} that was paid is neither accepted as spent nor back`;
}

export function askBack(leftPence: Pence): string {
  return `ask back the ${formatPence(leftPence)} that was paid and is not back, as the board decided, spent or not`;
}

/** Somebody has a report to send in, to judge or to mend, and what it says was spent is not asked back before. */
export function reportWaiting(urn: string, around: Around): Turn | undefined {
  return reportTurns(urn, around).find(({ nextSince }) => nextSince !== null && nextSince <= around.now);
}

/** Whose turn it is, now or later, on the reports of a setting that somebody still has to do something about. */
export function reportTurns(urn: string, around: Around): readonly Turn[] {
  const setting = around.setting(urn);
  return setting.reports
    .map((report) => reportTurn(report, setting, around.now))
    .filter(({ next }) => next !== null);
}

/**
 * Of a part that was passed on, whoever takes it over accounts for what is left, and may be offered what was not drawn. If that
 * setting cannot, the board says first whether another does.
 */
function takeOverTurn(urn: string, { setting }: Around): Turn | undefined {
  const { participation, partTurns } = setting(urn);
  if (participation?.wasTakenOver === true) return undefined;
  return partTurns.find(
    ({ nextAction }) => nextAction === 'let-take-over' || nextAction === 'name-successor',
  );
}
