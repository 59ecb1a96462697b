// A planted fault: a writer thread that dies of the first append.
import type { FromWriter, ToWriter } from '#platform/event-store';
import { parentPort } from 'node:worker_threads';

const port = parentPort!;
port.on('message', (message: ToWriter) => {
  if (message.kind === 'append') throw new Error('the disk has gone');
});
port.postMessage({ kind: 'ready' } satisfies FromWriter);
