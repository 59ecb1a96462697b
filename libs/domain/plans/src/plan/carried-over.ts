import type { PlanAction } from './plan.events.js';

// Audits come round every year and a plan goes on: what was begun for a need that the last audit found is finished also
// when this year's no longer finds it. An action of the version in force keeps its need, and its groups; whatever is new,
// or tied to something else, points to the audit that the version rests on.

type Tied = Pick<PlanAction, 'actionId' | 'needId'>;

/** The action in the version in force, if it answered the same need there. */
export function tiedAsBefore<T extends Tied>(
  { actionId, needId }: Tied,
  carried: readonly T[],
): T | undefined {
  return carried.find((one) => one.actionId === actionId && one.needId === needId);
}

export function keepsGroup(actionId: string, group: string, carried: readonly PlanAction[]): boolean {
  return groupsOf(actionId, carried).includes(group);
}

function groupsOf(actionId: string, carried: readonly PlanAction[]): readonly string[] {
  const before = carried.find((one) => one.actionId === actionId);
  return before?.headcountByGroup.map(({ group }) => group) ?? [];
}

/** What a refusal adds about needs of earlier audits that may be named; '' if there are none. */
export function keptNeedsInWords(found: readonly string[], carried: readonly Tied[]): string {
  const kept = carried.filter(({ needId }) => !found.includes(needId));
  if (kept.length === 0) return '';
  const pairs = kept.map(({ actionId, needId }) => `${actionId} '${needId}'`).join(', ');
  return `; actions of the version in force may keep a need of its audit: ${pairs}`;
}

/** What a refusal adds about groups of earlier instruments that this action may name; '' if there are none. */
export function keptGroupsInWords(
  actionId: string,
  known: readonly string[],
  carried: readonly PlanAction[],
): string {
  const kept = groupsOf(actionId, carried).filter((group) => !known.includes(group));
  return kept.length === 0 ? '' : `; as in the version in force, ${actionId} may keep ${kept.join(', ')}`;
}
