// A process that keeps the ledger up to date, or rebuilds it again and again, until it is killed.
import { openSqliteEventStore } from '#platform/event-store';
import { openSqliteReadStore, ProjectionRunner } from '#platform/read-store';
import { join } from 'node:path';
import { codec, ledger } from './projection.ledger.js';

export interface ProjectionProcessOptions {
  readonly folder: string;
  readonly does: 'run' | 'rebuild' | 'runToHead';
  readonly pageSize: number;
  readonly leaseMilliseconds?: number;
  /** A rebuild stands still for good once it has applied this many events, so that it is killed in the middle. */
  readonly holdAt?: number;
}

const {
  folder,
  does,
  pageSize,
  holdAt = Infinity,
  ...rest
} = JSON.parse(process.argv[2]!) as ProjectionProcessOptions;
const events = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
const store = await openSqliteReadStore({ path: join(folder, 'read-models.sqlite') });
const runner = new ProjectionRunner(store, events, codec, ledger, {
  pageSize,
  rebuildPageSize: pageSize,
  ...rest,
});
const tell = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);
tell({ started: true });
if (does === 'run') {
  setInterval(() => tell({ state: runner.status().state }), 20);
  await runner.run(new AbortController().signal);
}
for (;;) {
  if (does === 'rebuild') {
    await runner.rebuild({
      onProgress: ({ events: done }) => {
        tell({ done });
        if (done >= holdAt)
          setInterval(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 0);
      },
    });
  }
  if (does === 'runToHead') await runner.runToHead();
  tell({ again: true });
}
