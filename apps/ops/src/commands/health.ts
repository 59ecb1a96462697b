import { EVENT_STORE, type EventStore } from '#platform/event-store';
import { JOB_STORE, type JobStore } from '#platform/jobs';
import { READ_STORE, type CollectionSpec, type ReadStore } from '#platform/read-store';
import type { Command } from 'commander';
import { projections } from '../../../composition/src/index.js';
import { withGlobals, type Register } from '../session.js';

interface Health {
  readonly store: { readonly id: string; readonly kind: string };
  /** Position of the last event; `null` if there is none. */
  readonly head: string | null;
  readonly readModels: readonly {
    readonly collection: string;
    readonly position: string | null;
    readonly behind: boolean;
  }[];
  readonly deadJobs: number;
}

const MOST_DEAD_COUNTED = 1000;

/** `health`: whether the stores open, how far the read models are, and what has been given up on. Changes nothing. */
export const registerHealth: Register = (program, session) => {
  withGlobals(program.command('health'))
    .description('how the stores, read models and jobs of a data folder are')
    .action(async (_options: unknown, command: Command) => {
      const ops = await session(command);
      const events = ops.app.get<EventStore>(EVENT_STORE);
      const readStore = ops.app.get<ReadStore>(READ_STORE);
      const head = await events.head();
      const readModels: Health['readModels'][number][] = [];
      for (const { collection } of projections) {
        const position = await readStore.checkpoint(
          await readStore.liveBuild(collection as CollectionSpec<never>, events.identity.id),
        );
        readModels.push({
          collection: collection.name,
          position: position?.toString() ?? null,
          behind: head !== undefined && (position === undefined || position < head),
        });
      }
      const dead = await ops.app.get<JobStore>(JOB_STORE).list({ status: 'dead', limit: MOST_DEAD_COUNTED });
      const { id, kind } = events.identity;
      const health: Health = {
        store: { id, kind },
        head: head?.toString() ?? null,
        readModels,
        deadJobs: dead.length,
      };
      ops.print(health, () => inWords(health));
    });
};

function inWords({ store, head, readModels, deadJobs }: Health): string {
  const behind = readModels.filter((model) => model.behind).map(({ collection }) => collection);
  return [
    `Event store ${store.id} (${store.kind}): ${head === null ? 'no event yet' : `last event at position ${head}`}`,
    `Read models: ${readModels.length}, ${behind.length === 0 ? 'all up to date' : `behind: ${behind.join(', ')}`}`,
    deadJobs === 0 ? 'No job has been given up on.' : `${deadJobs} dead jobs: see \`jobs --status dead\``,
  ].join('\n');
}
