import { defineEvent, systemClock, type EventDefinition } from '#kernel';
import { CLOCK, EVENT_STORE, EventCodec, openSqliteEventStore, type EventStore } from '#platform/event-store';
import { Global, Module, type Provider, type Type as Class } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { HandlesJob, JobHandlers, type JobHandler } from './job-handlers.js';
import { JobsModule } from './jobs.module.js';
import { JobWorker } from './job-worker.js';
import { PolicyRunner } from './policy-runner.js';
import { definePolicy } from './policy.js';
import { openSqliteJobStore, type SqliteJobStore } from './sqlite/sqlite-job-store.js';
import { JOB_STORE, POLICIES, SCHEDULES } from './tokens.js';

const Happened = defineEvent('Happened', 1, 'Something happened.', Type.Object({}));
const DEFINITIONS: EventDefinition[] = [Happened];

@HandlesJob('remind')
class Reminds implements JobHandler {
  readonly ran: string[] = [];
  async run(job: { id: string }): Promise<void> {
    this.ran.push(job.id);
  }
}
@HandlesJob('remind')
class RemindsToo extends Reminds {}
@HandlesJob('remind')
class DoesNothing {}

const reminds = definePolicy({
  name: 'remind-when-it-happened',
  handles: [Happened],
  enqueues: ['remind'],
  react: (event) => [{ enqueue: { id: `remind.${event.id}`, kind: 'remind', payload: {} } }],
});
const nightly = { name: 'nightly', cron: '0 2 * * *', kind: 'sweep', payload: {} };

describe('the jobs module', () => {
  let folder: string;
  let jobs: SqliteJobStore;
  let events: EventStore;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tranche-module-'));
    jobs = await openSqliteJobStore({ path: join(folder, 'jobs.sqlite') });
    events = await openSqliteEventStore({ path: join(folder, 'events.sqlite') });
  });
  afterAll(async () => {
    await jobs.close();
    await events.close();
    rmSync(folder, { recursive: true });
  });

  const boot = async (handlers: Class<unknown>[], schedules?: unknown[]) => {
    const given: Provider[] = [
      { provide: JOB_STORE, useValue: jobs },
      { provide: EVENT_STORE, useValue: events },
      { provide: EventCodec, useValue: new EventCodec(DEFINITIONS) },
      { provide: CLOCK, useValue: systemClock },
      { provide: POLICIES, useValue: [reminds] },
      ...(schedules === undefined ? [] : [{ provide: SCHEDULES, useValue: schedules }]),
    ];
    @Global()
    @Module({ providers: given, exports: given })
    class Engines {}
    @Module({ imports: [Engines, JobsModule], providers: handlers })
    class App {}
    return NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
  };

  it('finds handlers, and takes an event to its job', async () => {
    const app = await boot([Reminds]);
    expect(app.get(JobHandlers, { strict: false }).kinds).toEqual(['remind']);
    const codec = app.get(EventCodec, { strict: false });
    const metadata = {
      ...{ occurredAt: systemClock.now(), recordedAt: systemClock.now() },
      ...{ commandId: 'c', correlationId: 'c', causationId: 'c' },
      actor: {
        ...{ issuer: 'i', subject: 's', role: 'r' },
        authentication: { method: 'system' as const, component: 'test' },
      },
    };
    await events.append('test-1', 'no-stream', [codec.encode(Happened({}), 'event-1', metadata)]);
    await app.get(PolicyRunner, { strict: false }).runToHead();
    expect(await app.get(JobWorker, { strict: false }).runDue()).toMatchObject({ done: 1 });
    expect(app.get(Reminds).ran).toEqual(['remind.event-1']);
    await app.close();
  });

  it('does not start without a handler for what a policy or a schedule enqueues', async () => {
    await expect(boot([])).rejects.toThrow(/'remind' \(enqueued by policy remind-when-it-happened\)/);
    await expect(boot([Reminds], [nightly])).rejects.toThrow(/'sweep' \(enqueued by schedule nightly\)/);
  });

  it('does not start with two handlers for one kind, or one that handles nothing', async () => {
    await expect(boot([Reminds, RemindsToo])).rejects.toThrow(
      /two handlers .* 'remind': Reminds and RemindsToo/,
    );
    await expect(boot([DoesNothing])).rejects.toThrow(/DoesNothing .* no run/);
  });
});
