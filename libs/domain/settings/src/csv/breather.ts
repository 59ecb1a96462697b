import { setImmediate } from 'node:timers/promises';

const LONGEST_HOLD_MILLISECONDS = 10;

/** Long work calls it between small steps: it gives the thread back to whoever else needs it, a hundred times a second. */
export function breather(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < LONGEST_HOLD_MILLISECONDS) return;
    await setImmediate();
    since = performance.now();
  };
}

/** Runs `step` on every item, so many at once. After the first failure none is begun; it is thrown when all have ended. */
export async function forEachOf<T>(
  items: readonly T[],
  atOnce: number,
  step: (item: T) => Promise<void>,
): Promise<void> {
  const breathe = breather();
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    while (failure === undefined && next < items.length) {
      const item = items[next]!;
      next += 1;
      try {
        await step(item);
        await breathe();
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  if (failure !== undefined) throw failure.error;
}
