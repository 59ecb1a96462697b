import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves after so long, or as soon as `signal` is aborted. Never rejects. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

/** Wakes one who waits; a ring that nobody waits for is remembered. */
export class Bell {
  private rung = false;
  private wakeUp: (() => void) | undefined;

  ring(): void {
    this.rung = true;
    this.wakeUp?.();
  }

  async wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    if (!this.rung) {
      const woken = new AbortController();
      this.wakeUp = () => woken.abort();
      await pause(
        milliseconds,
        signal === undefined ? woken.signal : AbortSignal.any([woken.signal, signal]),
      );
      this.wakeUp = undefined;
    }
    this.rung = false;
  }
}

/**
 * Runs tasks side by side until one of them ends or fails, or `signal` is aborted; then the others are told by
 * their signal and waited for. @throws the first failure
 */
export async function together(
  signal: AbortSignal,
  ...tasks: readonly ((signal: AbortSignal) => Promise<void>)[]
): Promise<void> {
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const failures: unknown[] = [];
  await Promise.all(
    tasks.map((task) =>
      task(both)
        .catch((error: unknown) => failures.push(error))
        .finally(() => over.abort()),
    ),
  );
  if (failures.length > 0) throw failures[0];
}
