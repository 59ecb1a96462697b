import { isNothingOutstanding, overAt, type Around } from '#domain/funding';
import { turnOf, type Action, type Turn } from '#domain/programme';
import { counted } from '#kernel';
import type { Waiting } from '../work-item.js';

/** What is done once for a whole programme, however many of its settings wait for it. */
const FOR_ALL: Partial<Record<Action, (settings: number) => string>> = {
  'issue-agreement': (settings) =>
    `issue the grant agreement, for ${counted(settings, 'setting')} to sign before money is accepted`,
  'adopt-round': (settings) =>
    `simulate an allocation round and adopt it: ${counted(settings, 'setting')} without an offer`,
};

/**
 * With one line for the programme in place of a line for each setting; it has waited as long as the oldest of them, and its
 * last day is the first of theirs.
 */
export function withoutRepeats(programmeId: string, waiting: readonly Waiting[]): readonly Waiting[] {
  const single = waiting.filter(({ nextAction }) => nextAction === null || FOR_ALL[nextAction] === undefined);
  const repeated = Map.groupBy(
    waiting.filter(({ nextAction }) => nextAction !== null && FOR_ALL[nextAction] !== undefined),
    ({ nextAction }) => nextAction as Action,
  );
  return [
    ...single,
    ...[...repeated].map(([action, all]): Waiting => {
      const since = all.map(({ nextSince }) => nextSince ?? '').toSorted()[0] ?? '';
      const until = all.flatMap(({ nextUntil }) => nextUntil ?? []).toSorted()[0] ?? null;
      const says = FOR_ALL[action]!(all.length);
      return { ...turnOf(action, says, since, until), kind: 'programme', id: programmeId, urn: '' };
    }),
  ];
}

/** What waits on the programme itself: its pause, and its end. */
export function programmeWaiting(around: Around, paused: Turn | undefined): readonly Waiting[] {
  const { programmeId } = around;
  const ends = overAt(around);
  if (ends === undefined) return [];
  // What is outstanding is on the list of whoever ends it.
  const closable = ends <= around.now && isNothingOutstanding(around);
  const turns = [
    ...(paused === undefined ? [] : [paused]),
    ...(closable
      ? [turnOf('close-programme', 'close the programme: nothing of it is outstanding', ends)]
      : []),
  ];
  return turns.map((turn) => ({ ...turn, kind: 'programme', id: programmeId, urn: '' }));
}
