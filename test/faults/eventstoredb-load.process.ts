// A process of its own that appends to EventStoreDB as fast as it can and listens to everything, until it is told to
// finish: were any rejection left unhandled, it would end with another code than 0.
import { randomId } from '#kernel';
import { openEventStoreDb, type ExpectedRevision, type NewEvent } from '#platform/event-store';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadOptions {
  readonly url: string;
  readonly writers: number;
  readonly deadlineMilliseconds?: number;
  /** How long the listener takes over each page. */
  readonly handlingMilliseconds?: number;
}

export interface LoadReport {
  /** What was acknowledged: id, stream and revision. */
  readonly acknowledged: readonly (readonly [id: string, stream: string, revision: string])[];
  /** Ids in the order in which they were handed over. */
  readonly heard: readonly string[];
  /** Appends that failed, and how often the handler was called while it was still running. */
  readonly failed: readonly string[];
  readonly overlaps: number;
  /** The longest time that an append took, in milliseconds. */
  readonly longest: number;
}

const {
  url,
  writers,
  handlingMilliseconds = 0,
  ...limits
} = JSON.parse(process.argv[2] ?? '{}') as LoadOptions;
const store = await openEventStoreDb({ url, ...limits });
const acknowledged: [string, string, string][] = [];
const heard: string[] = [];
const failed: string[] = [];
let isFinishing = false;
let running = 0;
let overlaps = 0;
let longest = 0;

const subscription = store.subscribe({
  after: undefined,
  pageSize: 50,
  handle: async (events) => {
    running += 1;
    if (running > 1) overlaps += 1;
    if (handlingMilliseconds > 0) await sleep(handlingMilliseconds);
    heard.push(...events.map((event) => event.id));
    running -= 1;
  },
});

async function write(): Promise<void> {
  const stream = `load-${randomId()}`;
  let expected: ExpectedRevision = 'no-stream';
  while (!isFinishing) {
    const events: NewEvent[] = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () => ({
      id: randomId(),
      type: 'Written',
      data: { padding: 'x'.repeat(Math.floor(Math.random() * 500)) },
      metadata: {},
    }));
    const start = performance.now();
    try {
      const { revision } = await store.append(stream, expected, events);
      expected = revision;
      for (const [index, { id }] of events.entries()) {
        const back = BigInt(events.length - 1 - index);
        acknowledged.push([id, stream, ((revision as bigint) - back).toString()]);
      }
    } catch (error) {
      failed.push(String(error));
      return;
    } finally {
      longest = Math.max(longest, performance.now() - start);
    }
    await sleep(1);
  }
}

const writing = Promise.all(Array.from({ length: writers }, write));
process.send?.('started');
process.on('message', () => (isFinishing = true));
await writing;
const deadline = performance.now() + 30_000;
const isAllHeard = (): boolean => new Set(heard).size >= acknowledged.length;
while (!isAllHeard() && performance.now() < deadline) await sleep(20);
await sleep(200);
await subscription.stop();
await store.close();
const report: LoadReport = { acknowledged, heard, failed, overlaps, longest };
// Its parent disconnects once it has it, and then nothing keeps this process alive.
process.send?.(report);
