// A process of its own for the tests that kill it: `job-process.js worker|policies FOLDER HOLD_MILLISECONDS [REDIS_URL]`.
import { systemClock } from '#kernel';
import { openSqliteEventStore } from '#platform/event-store';
import { JobHandlers, JobWorker, PolicyRunner } from '#platform/jobs';
import { Outbox } from '#platform/outbox';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { remindCodec, reminds } from './job-policy.js';
import { openJobsOf } from './jobs-place.js';

const [role, folder, hold, redisUrl] = process.argv.slice(2) as [string, string, string, string?];
const jobs = await openJobsOf(folder, redisUrl);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
const log = { warn: (text: string) => say(`warn ${text}`), error: (text: string) => say(`error ${text}`) };

async function work(): Promise<void> {
  const outbox = new Outbox(join(folder, 'outbox'));
  const handlers = new JobHandlers().add('send', {
    async run({ id, payload }) {
      appendFileSync(join(folder, 'begun'), `${id} ${process.pid}\n`);
      await sleep((payload as { milliseconds: number }).milliseconds);
      await outbox.deliver(id, { to: 't', subject: id, body: 'x'.repeat(3000) });
      appendFileSync(join(folder, 'ended'), `${id} ${process.pid}\n`);
    },
  });
  const worker = new JobWorker(jobs, handlers, systemClock, { holdMilliseconds: Number(hold) }, [], log);
  say('ready');
  await worker.run(stop.signal);
}

async function follow(): Promise<void> {
  const events = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
  const options = { leaseMilliseconds: Number(hold) };
  const runner = new PolicyRunner(jobs, events, remindCodec, systemClock, [reminds], options, log);
  const running = runner.run(stop.signal);
  for (let last = ''; !stop.signal.aborted; await sleep(10)) {
    const state = runner.status()[0]?.state ?? '';
    if (state !== last) say(`${state} ${Date.now()}`);
    last = state;
  }
  await running;
  await events.close();
}

await (role === 'worker' ? work() : follow());
await jobs.close();
