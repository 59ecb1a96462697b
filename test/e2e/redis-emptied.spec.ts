// Redis loses everything, or another, empty one takes its place: every pending reminder is back, and none that was sent
// is sent again.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { OwnRedis, ownRedisAvailable, REDIS_MISSING } from '../engines/redis.js';
import { ApiProcess, ops, temporaryFolder } from './api-process.js';
import { BackgroundProcess } from './background-process.js';
import { done, importRegister, peopleOf, programme } from './scenario.js';

const URNS = ['140001', '140002', '140003', '140004'];
const CAUGHT_UP_MILLISECONDS = 90_000;
const suite = ownRedisAvailable ? describe : describe.skip;

interface Listed {
  readonly id: string;
  readonly runAt: string;
}

suite(`reminders when Redis is emptied${ownRedisAvailable ? '' : `: ${REDIS_MISSING}`}`, () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let first: OwnRedis;
  let second: OwnRedis;
  let running: { stop(): Promise<unknown> }[] = [];
  let environment: NodeJS.ProcessEnv;
  let api: ApiProcess;

  const start = async (redis: OwnRedis): Promise<void> => {
    environment = { REDIS_URL: redis.url(), MACHINE_ROOM: 'apart' };
    api = await ApiProcess.start(folder.path, environment);
    running = [api];
    for (const name of ['projector', 'worker'] as const) {
      running.push(await BackgroundProcess.start(name, folder.path, environment));
    }
  };
  /** Of the reminders. */
  const jobs = async (status: string): Promise<Listed[]> => {
    const { stdout, stderr } = await ops(folder.path, ['jobs', '--status', status, '--json'], environment);
    if (stderr !== '') throw new Error(stderr);
    return (JSON.parse(stdout) as Listed[])
      .filter(({ id }) => id.startsWith('reminder.'))
      .map(({ id, runAt }) => ({ id, runAt }));
  };
  /** What was sent, and when each of the files was written. */
  const sent = async (): Promise<readonly (readonly [string, number])[]> => {
    const outbox = join(folder.path, 'outbox');
    const names = (await readdir(outbox).catch(() => [])).sort();
    return Promise.all(names.map(async (name) => [name, (await stat(join(outbox, name))).mtimeMs] as const));
  };
  const recorded = async (): Promise<number> =>
    (await ops(folder.path, ['events'], environment)).stdout.split('"type":"ReminderSent"').length - 1;
  const until = async (holds: () => Promise<boolean>, what: string): Promise<void> => {
    const deadline = Date.now() + CAUGHT_UP_MILLISECONDS;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`${what}: not within ${CAUGHT_UP_MILLISECONDS} ms`);
      await new Promise((wake) => setTimeout(wake, 100));
    }
  };

  let pending: Listed[];
  let messages: Awaited<ReturnType<typeof sent>>;

  beforeAll(async () => {
    [first, second] = await Promise.all([OwnRedis.start(), OwnRedis.start()]);
    folder = await temporaryFolder();
    await start(first);
    const people = await peopleOf(api);
    await importRegister(people, URNS);
    done(await people.operations.post('/api/v1/programmes', programme('p', 20_000_000)));
    for (const urn of URNS)
      done(await people.operations.post('/api/v1/programmes/p/participations', { urn }));
    await until(async () => (await recorded()) === URNS.length, 'the reminders that are due are sent');
    await until(async () => (await jobs('done')).length === URNS.length, 'their jobs are done');
    pending = await jobs('waiting');
    messages = await sent();
  });
  afterAll(async () => {
    await Promise.all(running.map((one) => one.stop()));
    await Promise.all([first.stop(), second.stop()]);
    await folder.remove();
  });

  const expectNothingLostOrRepeated = async (): Promise<void> => {
    await until(async () => (await jobs('done')).length === URNS.length, 'what was due is dealt with again');
    expect(await jobs('waiting')).toEqual(pending);
    expect(await sent()).toEqual(messages);
    expect(await recorded()).toBe(URNS.length);
  };

  it('have two pending for each setting to begin with, and one sent', () => {
    expect(pending).toHaveLength(2 * URNS.length);
    expect(messages).toHaveLength(URNS.length);
  });

  it('are all back after FLUSHALL under running processes, and none is sent again', async () => {
    const admin = new Redis(first.url());
    await admin.flushall();
    await admin.quit();
    await expectNothingLostOrRepeated();
  });

  it('are all there on another, empty Redis, and none is sent again', async () => {
    await Promise.all(running.map((one) => one.stop()));
    await start(second);
    await expectNothingLostOrRepeated();
  });
});
