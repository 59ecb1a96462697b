import { defineEvent, instantFromMillis, RefusalError, systemClock } from '#kernel';
import { EventCodec, openSqliteEventStore, type SqliteEventStore } from '#platform/event-store';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import { PolicyRunner, requireBehindLog, type PolicyRunnerOptions } from './policy-runner.js';
import { definePolicy, type Policy } from './policy.js';
import { openSqliteJobStore, type SqliteJobStore } from './sqlite/sqlite-job-store.js';

const Opened = defineEvent('Opened', 1, 'A window opened.', Type.Object({ name: Type.String() }));
const Closed = defineEvent('Closed', 1, 'A window closed.', Type.Object({ name: Type.String() }));
const Noise = defineEvent('Noise', 1, 'Nothing to do with it.', Type.Object({}));

const reminds = definePolicy({
  name: 'remind',
  handles: [Opened, Closed],
  enqueues: ['remind'],
  react(event) {
    const id = `remind.${event.data.name}`;
    return event.type === 'Closed' ? [{ cancel: id }] : [{ enqueue: { id, kind: 'remind', payload: {} } }];
  },
});

describe('the policy runner', () => {
  let folder: string;
  let jobs: SqliteJobStore;
  let events: SqliteEventStore;
  let said: string[];
  let stops: AbortController[];
  let ends: Promise<void>[];
  const codec = new EventCodec([Opened, Closed, Noise]);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tranche-policies-'));
    jobs = await openSqliteJobStore({ path: join(folder, 'jobs.sqlite') });
    events = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
    [said, stops, ends] = [[], [], []];
  });
  afterEach(async () => {
    stops.forEach((stop) => stop.abort());
    await Promise.all(ends);
    await events.close();
    await jobs.close();
    rmSync(folder, { recursive: true });
  });

  let appended = 0;
  const append = async (...batch: ReturnType<typeof Opened | typeof Closed | typeof Noise>[]) => {
    const at = instantFromMillis(Date.UTC(2024, 0, 1));
    const actor = {
      ...{ issuer: 'i', subject: 's', role: 'r' },
      authentication: { method: 'system' as const, component: 'test' },
    };
    const ids = { commandId: 'c', correlationId: 'c', causationId: 'c' };
    const encoded = batch.map((event) =>
      codec.encode(event, `event-${(appended += 1)}`, { occurredAt: at, recordedAt: at, actor, ...ids }),
    );
    return (await events.append(`test-${appended}`, 'no-stream', encoded)).position!;
  };
  const runner = (
    policies: readonly Policy[] = [reminds],
    options: PolicyRunnerOptions = {},
  ): PolicyRunner => {
    const log = { warn: (text: string) => said.push(text), error: (text: string) => said.push(`! ${text}`) };
    return new PolicyRunner(jobs, events, codec, systemClock, policies, options, log);
  };
  const start = (one: PolicyRunner): AbortController => {
    const stop = new AbortController();
    stops.push(stop);
    ends.push(one.run(stop.signal));
    return stop;
  };
  const until = async (holds: () => boolean | Promise<boolean>, milliseconds = 5000): Promise<void> => {
    const deadline = performance.now() + milliseconds;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error('waited in vain');
      await sleep(5);
    }
  };
  const status = async (name: string): Promise<unknown> => (await jobs.get(`remind.${name}`))?.status;
  const reached = async (position: bigint): Promise<boolean> =>
    ((await jobs.policyCheckpoint('remind')) ?? -1n) >= position;

  it('comes to the head once, from the beginning of an old store, in order', async () => {
    await append(Opened({ name: 'a' }), Noise({}), Opened({ name: 'b' }), Closed({ name: 'a' }));
    const head = await append(Noise({}));
    await runner().runToHead();
    expect([await status('a'), await status('b')]).toEqual(['cancelled', 'waiting']);
    expect(await jobs.policyCheckpoint('remind')).toBe(head);
    await runner().runToHead();
    await append(Closed({ name: 'b' }));
    await runner().runToHead();
    expect(await status('b')).toBe('cancelled');
  });

  it('has nothing to do in an empty store', async () => {
    await runner().runToHead();
    expect(await jobs.policyCheckpoint('remind')).toBeUndefined();
  });

  it('refuses to go on when the log ends before it, until the jobs are made anew', async () => {
    await append(Opened({ name: 'a' }));
    const head = await append(Opened({ name: 'b' }));
    const lease = (await jobs.acquireLease('restored', 'test', 10_000))!;
    await runner().runToHead();
    await jobs.applyPolicy('remind', [], head + 5n, systemClock.now(), lease);
    await expect(requireBehindLog([reminds], jobs, events)).rejects.toMatchObject({
      code: 'POLICY.AHEAD',
      message: expect.stringContaining('ops -- jobs reset'),
    });
    const refused = runner().runToHead();
    await expect(refused).rejects.toMatchObject({ code: 'POLICY.AHEAD' });
    const running = runner();
    start(running);
    await until(() => running.status()[0]?.state === 'retrying');
    await append(Opened({ name: 'c' }));
    await jobs.reset();
    await until(async () => (await status('c')) === 'waiting', 8000);
    expect([await status('a'), await status('b')]).toEqual(['waiting', 'waiting']);
  });

  it('reads more than a page', async () => {
    const names = Array.from({ length: 450 }, (_, n) => `n${n}`);
    await append(...names.map((name) => Opened({ name })));
    await runner().runToHead();
    expect((await jobs.list({ status: 'waiting', limit: 1000 })).map(({ id }) => id)).toEqual(
      names.map((name) => `remind.${name}`),
    );
  });

  it('follows the log, tells the worker, and does not write for each event it ignores', async () => {
    let applied = 0;
    const one = runner([reminds], { applied: () => (applied += 1) });
    start(one);
    await until(() => one.status()[0]?.state === 'following');
    await append(Opened({ name: 'a' }));
    await until(async () => (await status('a')) === 'waiting', 1000);
    expect(applied).toBe(1);
    let head = 0n;
    for (let n = 0; n < 20; n += 1) head = await append(Noise({}));
    await until(() => reached(head), 1000);
    expect(one.status()).toEqual([{ policy: 'remind', state: 'following', checkpoint: head }]);
    expect(applied).toBe(1);
  });

  it('runs in one process at a time; another waits for it, and takes over when it stops', async () => {
    const first = runner();
    const stop = start(first);
    await until(() => first.status()[0]?.state === 'following');
    const second = runner();
    start(second);
    await until(() => second.status()[0]?.state === 'standing-by');
    const head = await append(Opened({ name: 'a' }));
    await runner().runToHead(); // Waits for the first.
    expect(await reached(head)).toBe(true);
    stop.abort();
    await until(() => second.status()[0]?.state === 'following', 2000);
    await append(Opened({ name: 'b' }));
    await until(async () => (await status('b')) === 'waiting', 1000);
    expect(first.status()[0]?.state).toBe('stopped');
  });

  it('says so when the process that has the lease does not come to the head', async () => {
    await jobs.acquireLease('policy:remind', 'stuck', 60_000);
    await append(Opened({ name: 'a' }));
    await expect(runner([reminds], { waitMilliseconds: 60 }).runToHead()).rejects.toMatchObject({
      code: 'POLICY.BEHIND',
    });
  });

  it('takes over from a process that died, and the dead one’s batch is refused', async () => {
    const lease = (await jobs.acquireLease('policy:remind', 'dead', 100))!;
    const head = await append(Opened({ name: 'a' }));
    start(runner());
    await until(() => reached(head), 2000);
    const late = [{ enqueue: { id: 'late', kind: 'remind', payload: {} } }];
    await expect(jobs.applyPolicy('remind', late, head + 1n, systemClock.now(), lease)).rejects.toThrow(
      /no longer/,
    );
    expect(await jobs.get('late')).toBeUndefined();
  });

  it('stops a policy that throws, visibly, at the event, and lets the others go on', async () => {
    const broken = definePolicy({
      ...{ name: 'broken', handles: [Opened], enqueues: [] },
      react(event) {
        if (event.data.name === 'b') throw new Error('cannot react to b');
        return [];
      },
    });
    const first = await append(Opened({ name: 'a' }));
    const one = runner([broken, reminds]);
    start(one);
    await until(async () => (await jobs.policyCheckpoint('broken')) === first);
    await append(Opened({ name: 'b' }));
    await until(() => one.status()[0]?.state === 'failed');
    await until(async () => (await status('b')) === 'waiting');
    expect(one.status()[0]).toMatchObject({ checkpoint: first, error: 'cannot react to b' });
    expect(said[0]).toMatch(/^! policy broken stopped and makes no more jobs: Error: cannot react to b/);
    await expect(runner([broken]).runToHead()).rejects.toThrow('cannot react to b');
  });

  it('stops a policy that enqueues a kind it did not declare', async () => {
    await append(Opened({ name: 'a' }));
    const sly = { ...reminds, name: 'sly', enqueues: ['other'] };
    await expect(runner([sly]).runToHead()).rejects.toThrow(/does not declare/);
    expect(await status('a')).toBeUndefined();
  });

  it('tries again when the store is busy', async () => {
    await append(Opened({ name: 'a' }));
    const busy = new RefusalError({
      ...{ refused: true, code: 'STORE.BUSY', kind: 'busy', message: 'busy', details: {} },
    });
    let times = 2;
    const apply = jobs.applyPolicy.bind(jobs);
    jobs.applyPolicy = async (...args) => {
      if ((times -= 1) >= 0) throw busy;
      await apply(...args);
    };
    const one = runner();
    start(one);
    await until(async () => (await status('a')) === 'waiting');
    expect(said).toHaveLength(2);
    await until(() => one.status()[0]?.state === 'following');
  });

  it('refuses two policies of one name', () => {
    expect(() => runner([reminds, { ...reminds }])).toThrow(/two policies/);
  });
});
