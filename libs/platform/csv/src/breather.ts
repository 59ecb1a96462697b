import { setImmediate } from 'node:timers/promises';

const LONGEST_HOLD_MILLISECONDS = 10;

/**
 * Long work asks it before each small step: `undefined` to go on, or what to wait for before asking again, so that
 * the thread goes back to whoever else needs it a hundred times a second. Asked and not awaited, because those who
 * all wait for the same turn would otherwise all take their step in it.
 */
export function breather(): () => Promise<void> | undefined {
  let since = performance.now();
  // Shared by all who ask: were each to wait for a turn of its own, those turns would come one after the other.
  let pause: Promise<void> | undefined;
  return () => {
    if (pause === undefined && performance.now() - since < LONGEST_HOLD_MILLISECONDS) return undefined;
    return (pause ??= setImmediate().then(() => {
      since = performance.now();
      pause = undefined;
    }));
  };
}

/** Runs `step` on every item, so many at once. After the first failure none is begun; it is thrown when all have ended. */
export async function forEachOf<T>(
  items: readonly T[],
  atOnce: number,
  step: (item: T) => Promise<void>,
): Promise<void> {
  const turn = breather();
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    while (failure === undefined && next < items.length) {
      const pause = turn();
      if (pause !== undefined) {
        await pause;
        continue;
      }
      const item = items[next]!;
      next += 1;
      try {
        await step(item);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  if (failure !== undefined) throw failure.error;
}
