import { refusal, RefusalError } from '#kernel';
import type { EventStore } from '#platform/event-store';
import type { JobWorker, PolicyRunner } from '#platform/jobs';
import type { AnyProjection, ReadModels } from '#platform/read-store';

/** What is being waited for: policies, jobs that are due with how many are done by now, or one read model after another. */
export type SettlingStep =
  | { readonly what: 'policies' }
  | { readonly what: 'jobs'; readonly done: number }
  | { readonly what: 'read-model'; readonly name: string };

export interface Settling {
  readonly events: Pick<EventStore, 'head'>;
  readonly policies: Pick<PolicyRunner, 'runToHead'>;
  readonly jobs: Pick<JobWorker, 'runDue'>;
  readonly readModels: Pick<ReadModels, 'upToHead'>;
  readonly projections: readonly AnyProjection[];
}

// A job's command leads to events, those to jobs, and so on; each step of a release is one round.
const MOST_ROUNDS = 100;

/**
 * Lets everything that follows from what happened happen: policies, jobs that are due, then read models.
 * @param told is told what is being waited for, as it goes on
 * @throws RefusalError `SETTLE.NEVER_QUIET` if each round leads to another
 */
export async function settle(
  parts: Settling,
  told: (step: SettlingStep) => void = () => undefined,
): Promise<void> {
  let earlier = 0;
  for (let round = 0; ; round += 1) {
    const before = await parts.events.head();
    told({ what: 'policies' });
    await parts.policies.runToHead();
    const { done } = await parts.jobs.runDue(undefined, (now) => told({ what: 'jobs', done: earlier + now }));
    earlier += done;
    if (done === 0 && (await parts.events.head()) === before) break;
    if (round >= MOST_ROUNDS) {
      throw new RefusalError(
        refusal(
          'SETTLE.NEVER_QUIET',
          'busy',
          `after ${MOST_ROUNDS} rounds jobs still led to new events; they go on later`,
        ),
      );
    }
  }
  for (const projection of parts.projections) {
    told({ what: 'read-model', name: projection.collection.name });
    await parts.readModels.upToHead(projection);
  }
}
