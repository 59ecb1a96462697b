// A process of its own that appends as fast as it can, and writes down what was acknowledged the moment it learns
// of it, with a synchronous write: what is in that file was acknowledged, however the process ends.
import { randomId } from '#kernel';
import { openSqliteEventStore, type ExpectedRevision, type NewEvent } from '#platform/event-store';
import { openSync, writeSync } from 'node:fs';

export interface WriterOptions {
  readonly path: string;
  readonly acknowledgements: string;
  readonly writers: number;
  /** Batches that each writer appends; without it, until killed. */
  readonly batches?: number;
  readonly writerThread?: string;
}

export interface Acknowledgement {
  readonly stream: string;
  readonly ids: readonly string[];
  readonly revision: string;
  readonly position: string;
}

const options = JSON.parse(process.argv[2] ?? '{}') as WriterOptions;
const file = openSync(options.acknowledgements, 'a');
const { writerThread } = options;
const store = await openSqliteEventStore({
  path: options.path,
  ...(writerThread === undefined ? {} : { writerThread: new URL(writerThread) }),
});

function batchOf(size: number): NewEvent[] {
  const batch = randomId();
  return Array.from({ length: size }, (_, index) => ({
    id: randomId(),
    type: 'Written',
    data: { batch, index, of: size, padding: 'x'.repeat(Math.floor(Math.random() * 2000)) },
    metadata: { by: process.pid },
  }));
}

async function write(): Promise<void> {
  const stream = `fault-${randomId()}`;
  let expected: ExpectedRevision = 'no-stream';
  for (let n = 0; n < (options.batches ?? Infinity); n += 1) {
    const events = batchOf(1 + Math.floor(Math.random() * 4));
    const result = await store.append(stream, expected, events);
    expected = result.revision;
    const acknowledgement: Acknowledgement = {
      stream,
      ids: events.map((event) => event.id),
      revision: result.revision.toString(),
      position: result.position!.toString(),
    };
    writeSync(file, `${JSON.stringify(acknowledgement)}\n`);
  }
}

await Promise.all(Array.from({ length: options.writers }, write));
await store.close();
