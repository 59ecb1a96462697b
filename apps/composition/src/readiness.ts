import { systemClock } from '#kernel';
import { setTimeout as sleep } from 'node:timers/promises';
import { projections } from './contexts.js';
import type { Stores } from './stores.js';

/** How one part of the background work is: a read model or a policy. Plain data: it is copied between threads. */
export interface PartState {
  /**
   * Of a read model: has reached, at least once since the process started, what was the end of the log when it
   * looked. Of a policy: somebody is at work on it.
   */
  readonly caughtUp: boolean;
  /** Why it is not at work: an engine that is away is tried again, a mistake of ours ends it until the next start. */
  readonly failure?: string;
  /** It goes on by itself once what failed is there again. */
  readonly triesAgain?: true;
}

/** What a readiness answer says of one part. Never the failure itself: that is in the log. */
export interface Check {
  readonly ok: boolean;
  readonly says?: string;
}

export function checksOf(parts: Readonly<Record<string, PartState>>): Record<string, Check> {
  return Object.fromEntries(
    Object.entries(parts).map(([name, { caughtUp, failure, triesAgain }]): [string, Check] => {
      if (failure !== undefined) {
        return [name, { ok: false, says: `${triesAgain ? 'tries again' : 'stopped'}: see the log` }];
      }
      return [name, caughtUp ? { ok: true } : { ok: false, says: 'catching up' }];
    }),
  );
}

/** Engines have deadlines of their own, which are longer than whoever asks for readiness waits. */
const ANSWER_MILLISECONDS = 2000;

type Engines = Omit<Stores, 'close'>;

/** Cheap questions, one to each engine. */
const ASKS = {
  eventStore: ({ events }) => events.head(),
  readModelStore: ({ readModels }) =>
    readModels.collection(projections[0]!.collection).get('is-anybody-there'),
  jobStore: ({ jobs }) => jobs.policyCheckpoint('is-anybody-there'),
  recordStore: ({ records }) => records.get({ kind: 'readiness', id: 'is-anybody-there' }, systemClock.now()),
} as const satisfies Record<string, (engines: Engines) => Promise<unknown>>;

/** Whether those engines answer that a process cannot do without. */
export async function engineChecks(
  engines: Engines,
  needed: readonly (keyof typeof ASKS)[],
): Promise<Record<string, Check>> {
  const checks = needed.map(async (engine): Promise<readonly [string, Check]> => {
    const late = new AbortController();
    const answers = await Promise.race([
      ASKS[engine](engines).then(
        () => true,
        () => false,
      ),
      sleep(ANSWER_MILLISECONDS, false, { signal: late.signal }).catch(() => false),
    ]);
    late.abort();
    return [engine, answers ? { ok: true } : { ok: false, says: 'does not answer: see the log' }];
  });
  return Object.fromEntries(await Promise.all(checks));
}
