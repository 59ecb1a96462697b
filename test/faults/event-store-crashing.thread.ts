// A planted fault: a writer thread that dies of its first appends, a given number of times; then the real one.
import type { FromWriter, ToWriter } from '#platform/event-store';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

const folder = dirname((workerData as { path: string }).path);
const deaths = join(folder, 'deaths');
const wanted = Number(readFileSync(join(folder, 'wanted-deaths'), 'utf8'));
const died = existsSync(deaths) ? readFileSync(deaths, 'utf8').length : 0;

if (died >= wanted) {
  // The built writer, beside this built test.
  await import(new URL('../../libs/platform/event-store/src/sqlite/writer.thread.js', import.meta.url).href);
} else {
  const port = parentPort!;
  port.on('message', (message: ToWriter) => {
    if (message.kind !== 'append') return;
    appendFileSync(deaths, '.');
    throw new Error('the disk has gone');
  });
  port.postMessage({ kind: 'ready' } satisfies FromWriter);
}
