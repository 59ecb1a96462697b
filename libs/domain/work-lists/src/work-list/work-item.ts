import { ACTIONS, DESKS, type Action, type Desk, type Turn } from '#domain/programme';
import { dateInLondon, refusal, RefusalError, type Instant } from '#kernel';

/** What waits. */
export type Kind =
  | 'programme'
  | 'participation'
  | 'setting'
  | 'audit'
  | 'plan'
  | 'report'
  | 'allocation'
  | 'tranche'
  | 'reclaim'
  | 'payment'
  | 'payee';

/** One thing that waits for a desk. */
export interface WorkItem {
  readonly kind: Kind;
  /** Of the participation, plan, report or tranche, as other commands take it. */
  readonly id: string;
  readonly programmeId: string;
  /** Empty for what is done once for the whole programme. */
  readonly urn: string;
  /** Of the setting. */
  readonly name: string;
  /** What is to be done, as programs know it. */
  readonly action: Action;
  /** What is to be done. */
  readonly toDo: string;
  /** Since when it could have been done. */
  readonly since: string;
  /** The last day for it, `YYYY-MM-DD`: its own, or by the service standards of the programme. */
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
    .flatMap(({ kind, id, urn, next, nextAction, nextIs, nextSince, nextUntil }): readonly WorkItem[] => {
      if (next !== desk || nextAction === null || nextSince === null || nextSince > now) return [];
      const overdue = nextUntil !== null && nextUntil < today;
      return [
        {
          ...{ kind, id, programmeId: ofSetting.programmeId, urn, name: ofSetting.nameOf(urn) },
          ...{ action: nextAction, toDo: nextIs ?? '', since: nextSince, until: nextUntil, overdue },
        },
      ];
    })
    .toSorted(byUrgency);
}

function byUrgency(a: WorkItem, b: WorkItem): number {
  if (a.overdue !== b.overdue) return a.overdue ? -1 : 1;
  const [first, second] = a.overdue ? [a.until ?? '', b.until ?? ''] : [a.since, b.since];
  return (
    compared(first, second) || compared(a.urn, b.urn) || compared(a.id, b.id) || compared(a.toDo, b.toDo)
  );
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

/** @throws RefusalError `QUERY.BAD_FILTER`, also for what is another desk's to do */
export function parseAction(value: string, desk: Desk): Action {
  const of = (Object.keys(ACTIONS) as Action[]).filter((one) => ACTIONS[one] === desk);
  const action = of.find((one) => one === value);
  if (action !== undefined) return action;
  const message = `the action of ${desk} must be one of ${of.join(', ')}`;
  throw new RefusalError(refusal('QUERY.BAD_FILTER', 'invalid', message, { field: 'action' }));
}
