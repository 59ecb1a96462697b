import { DESKS, type Desk, type Turn } from '#domain/programme';
import { dateInLondon, refusal, RefusalError, type Instant } from '#kernel';

/** What waits. */
export type Kind =
  'participation' | 'audit' | 'plan' | 'report' | 'allocation' | 'tranche' | 'reclaim' | 'payment' | 'payee';

/** One thing that waits for a desk. */
export interface WorkItem {
  readonly kind: Kind;
  /** Of the participation, plan, report or tranche, as other commands take it. */
  readonly id: string;
  readonly programmeId: string;
  readonly urn: string;
  /** Of the setting. */
  readonly name: string;
  /** What is to be done. */
  readonly toDo: string;
  /** Since when it could have been done. */
  readonly since: string;
  /** The last day for it, `YYYY-MM-DD`; `null` where nobody has set one. */
  readonly until: string | null;
  readonly overdue: boolean;
}

export type Waiting = Turn & Pick<WorkItem, 'kind' | 'id' | 'urn'>;

/**
 * What of all that waits is on the list of one desk today, in the order in which it wants doing: overdue first,
 * the longest overdue before all; then by how long it has waited.
 */
export function listOf(
  desk: Desk,
  waiting: readonly Waiting[],
  ofSetting: { readonly programmeId: string; readonly nameOf: (urn: string) => string },
  now: Instant,
): readonly WorkItem[] {
  const today = dateInLondon(now);
  return waiting
    .filter(({ next, nextSince }) => next === desk && nextSince !== null && nextSince <= now)
    .map(({ kind, id, urn, nextIs, nextSince, nextUntil }) => ({
      ...{ kind, id, programmeId: ofSetting.programmeId, urn, name: ofSetting.nameOf(urn) },
      ...{ toDo: nextIs ?? '', since: nextSince ?? '', until: nextUntil },
      overdue: nextUntil !== null && nextUntil < today,
    }))
    .toSorted(byUrgency);
}

function byUrgency(a: WorkItem, b: WorkItem): number {
  if (a.overdue !== b.overdue) return a.overdue ? -1 : 1;
  const [first, second] = a.overdue ? [a.until ?? '', b.until ?? ''] : [a.since, b.since];
  return compared(first, second) || compared(a.urn, b.urn) || compared(a.id, b.id);
}

function compared(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @throws RefusalError `QUERY.BAD_FILTER` */
export function parseDesk(value: string): Desk {
  const desk = DESKS.find((one) => one === value);
  if (desk !== undefined) return desk;
  throw new RefusalError(
    refusal('QUERY.BAD_FILTER', 'invalid', `the desk must be one of ${DESKS.join(', ')}`, { field: 'desk' }),
  );
}
