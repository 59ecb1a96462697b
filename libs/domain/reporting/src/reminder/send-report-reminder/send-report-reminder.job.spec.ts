import { participationEvents, programmeCreated, programmeEvents, settingEnrolled } from '#domain/programme';
import {
  derivedId,
  eventIdOf,
  streamOf,
  systemActor,
  type AnyEvent,
  type Clock,
  type Instant,
} from '#kernel';
import {
  CLOCK,
  Decisions,
  EventCodec,
  openSqliteEventStore,
  type EventStore,
  type StoredEvent,
} from '#platform/event-store';
import {
  JOB_STORE,
  JobHandlers,
  JobWorker,
  openSqliteJobStore,
  PolicyRunner,
  type JobStore,
} from '#platform/jobs';
import { Outbox } from '#platform/outbox';
import { instant } from '#testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { remindWhenReportDue } from '../../policies/remind-when-report-due.policy.js';
import { progressReportSubmitted, reportEvents } from '../../report/report.events.js';
import { report } from '../../report/report.js';
import { RecordReminderSentHandler } from '../record-reminder-sent/record-reminder-sent.handler.js';
import { reminderEvents } from '../reminder.events.js';
import { reminder } from '../reminder.js';
import { SEND_REPORT_REMINDER } from './reminder-payload.js';
import { SendReportReminder } from './send-report-reminder.job.js';

const reference = { eventId: 'e', stream: 's-1', revision: '0', type: 'X' };
const id = { programmeId: 'ipswich', urn: '124570' };
// It opens on the day the clocks go forward and is due on the day they go back.
const window = {
  number: 1,
  opensOn: '2024-03-31',
  dueOn: '2024-10-27',
  closesOn: '2024-11-10',
  deadlineVersion: 1,
};
const job = (moment: string): string => `reminder.ipswich.124570.1.${moment}.v1`;

/** The simulated clock, the real engines, and everything that turns an enrolment into a reminder. */
class Works implements Clock {
  private time = instant('2023-11-01');
  /** The next append to a stream that begins so fails, as if the process had died before it. */
  crashBefore: string | undefined;
  private readonly closers: (() => Promise<unknown>)[] = [];
  private readonly codec = new EventCodec([
    ...programmeEvents,
    ...participationEvents,
    ...reportEvents,
    ...reminderEvents,
  ]);
  private constructor(
    private readonly folder: string,
    private readonly events: EventStore,
    readonly jobs: JobStore,
  ) {
    this.closers.push(
      () => events.close(),
      () => jobs.close(),
    );
  }

  private handler!: SendReportReminder;
  private worker!: JobWorker;
  private policies!: PolicyRunner;

  static async open(folder: string): Promise<Works> {
    const events = await openSqliteEventStore({ path: join(folder, 'events.sqlite'), kind: 'demo' });
    const works = new Works(folder, events, await openSqliteJobStore({ path: join(folder, 'jobs.sqlite') }));
    await works.begin();
    return works;
  }

  private async begin(): Promise<void> {
    const crashing = new Proxy(this.events, {
      get: (store, name) => {
        const value: unknown = Reflect.get(store, name, store);
        if (name !== 'append') return typeof value === 'function' ? (value.bind(store) as unknown) : value;
        return async (...given: Parameters<EventStore['append']>) => {
          if (this.crashBefore !== undefined && given[0].startsWith(this.crashBefore)) {
            this.crashBefore = undefined;
            throw new Error('died here');
          }
          return store.append(...given);
        };
      },
    });
    const decisions = new Decisions(crashing, this.codec, this);
    @Module({
      imports: [CqrsModule.forRoot()],
      providers: [
        { provide: CLOCK, useValue: this },
        { provide: JOB_STORE, useValue: this.jobs },
        { provide: Decisions, useValue: decisions },
        { provide: Outbox, useValue: new Outbox(join(this.folder, 'outbox')) },
        SendReportReminder,
        RecordReminderSentHandler,
      ],
    })
    class TestModule {}
    const app: INestApplicationContext = await NestFactory.createApplicationContext(TestModule, {
      logger: false,
    });
    this.closers.unshift(() => app.close());
    this.handler = app.get(SendReportReminder);
    const handlers = new JobHandlers().add(SEND_REPORT_REMINDER, this.handler);
    const silent = { warn: () => undefined, error: () => undefined };
    this.worker = new JobWorker(this.jobs, handlers, this, {}, [], silent);
    this.policies = new PolicyRunner(this.jobs, this.events, this.codec, this, [remindWhenReportDue]);
  }

  now(): Instant {
    return this.time;
  }

  async append(stream: string, event: AnyEvent): Promise<void> {
    const commandId = derivedId('test', stream);
    const metadata = {
      occurredAt: this.time,
      recordedAt: this.time,
      actor: systemActor('test'),
      commandId,
      correlationId: commandId,
      causationId: commandId,
    };
    const encoded = this.codec.encode(event, eventIdOf(commandId, stream, 0), metadata);
    await this.events.append(stream, 'no-stream', [encoded]);
  }

  async enrol(): Promise<void> {
    const terms = {
      name: 'Ipswich Workforce Development Programme',
      area: 'Ipswich',
      startsOn: '2023-09-01',
      endsOn: '2025-07-31',
      budgetPence: 120_000_000,
      policy: { version: 1, kind: 'rate-per-fte' as const, ratePencePerFte: 1, floorPence: 1, capPence: 1 },
      tranches: [{ number: 1, shareBasisPoints: 10_000, conditions: [] }],
      reportWindows: [window],
    };
    await this.append('programme-ipswich', programmeCreated({ programmeId: 'ipswich', ...terms }));
    const enrolled = { ...id, settingName: 'Oak Primary', reportWindows: [window] };
    await this.append(
      'participation-ipswich.124570',
      settingEnrolled({ ...enrolled, programme: reference, setting: reference }),
    );
  }

  async report(): Promise<void> {
    await this.append(
      streamOf(report, 'ipswich.124570.1'),
      progressReportSubmitted({
        ...{ ...id, window: 1, summary: 'Done', plan: reference, actions: [] },
        ...{ arrival: null, ending: null },
      }),
    );
  }

  /** Lets policies and due jobs run as they would at this moment. */
  async at(moment: string): Promise<void> {
    this.time = instant(moment);
    await this.policies.runToHead();
    await this.worker.runDue();
  }

  /** Runs the handler alone, whatever the job store thinks of the job. */
  async run(job: { id: string; payload: unknown }, moment: string): Promise<void> {
    this.time = instant(moment);
    await this.handler.run(job, new AbortController().signal);
  }

  /** A worker starts, and is stopped again at once. */
  async startWorker(): Promise<void> {
    const stop = new AbortController();
    const running = this.worker.run(stop.signal);
    setTimeout(() => stop.abort(), 200);
    await running;
  }

  async sent(): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const event of this.events.readStream(streamOf(reminder, 'ipswich.124570.1')))
      events.push(event);
    return events;
  }

  async outbox(): Promise<readonly string[]> {
    return readdir(join(this.folder, 'outbox')).catch(() => []);
  }

  async close(): Promise<void> {
    for (const close of this.closers) await close();
  }
}

describe('reminders, on the real engines', () => {
  let folder: string;
  let works: Works;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tranche-reminders-'));
    works = await Works.open(folder);
    await works.enrol();
  });

  afterEach(async () => {
    await works.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('are sent on the day in London, each once, and recorded', async () => {
    await works.at('2024-03-30T23:59:59.999Z');
    expect(await works.outbox()).toEqual([]);
    await works.at('2024-03-31T00:00:00Z');
    await works.at('2024-03-31T00:00:01Z');
    expect(await works.outbox()).toEqual([`${job('opens')}.json`]);
    await works.at('2024-10-26T22:59:59.999Z');
    expect(await works.sent()).toHaveLength(1);
    await works.at('2024-10-26T23:00:00Z');
    await works.at('2024-10-28T00:00:00Z');
    const sent = await works.sent();
    expect(sent.map(({ data }) => data['moment'])).toEqual(['opens', 'due', 'passed']);
    expect(sent[0]).toMatchObject({
      data: { ...id, window: 1, deadlineVersion: 1, jobId: job('opens'), file: `${job('opens')}.json` },
      metadata: {
        actor: { subject: 'system:reminders' },
        causationId: eventIdOf(
          derivedId('test', 'participation-ipswich.124570'),
          'participation-ipswich.124570',
          0,
        ),
        occurredAt: '2024-03-31T00:00:00.000Z',
      },
    });
    const message = JSON.parse(await readFile(join(folder, 'outbox', `${job('opens')}.json`), 'utf8'));
    expect(message).toMatchObject({
      jobId: job('opens'),
      to: 'setting 124570',
      subject: 'You can now send progress report 1, due on Sunday 27 October 2024',
    });
    expect(message.body).toContain('Ipswich Workforce Development Programme');
  });

  it('survive a crash between the outbox and the event: one file, one event', async () => {
    works.crashBefore = 'reminder-';
    await works.at('2024-03-31T00:00:00Z');
    const path = join(folder, 'outbox', `${job('opens')}.json`);
    const before = await stat(path);
    expect(await works.sent()).toEqual([]);
    expect(await works.jobs.get(job('opens'))).toMatchObject({ status: 'waiting', lastError: 'died here' });
    await works.at('2024-03-31T12:00:00Z');
    await works.at('2024-03-31T13:00:00Z');
    expect(await works.outbox()).toEqual([`${job('opens')}.json`]);
    const after = await stat(path);
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
    expect(await works.sent()).toHaveLength(1);
    expect(await works.jobs.get(job('opens'))).toMatchObject({ status: 'done' });
  });

  it('that were sent by an attempt that died are recorded, though the report has arrived since', async () => {
    works.crashBefore = 'reminder-';
    await works.at('2024-03-31T00:00:00Z');
    expect(await works.sent()).toEqual([]);
    const handled = { id: job('opens'), payload: (await works.jobs.get(job('opens')))!.payload };
    await works.report();
    await works.run(handled, '2024-03-31T12:00:00Z');
    expect((await works.sent()).map(({ data }) => data['file'])).toEqual([`${job('opens')}.json`]);
  });

  it('that were sent by an attempt that died are recorded when a worker starts, though the job was cancelled', async () => {
    works.crashBefore = 'reminder-';
    await works.at('2024-03-31T00:00:00Z');
    await works.report();
    await works.at('2024-03-31T00:00:01Z');
    expect(await works.jobs.get(job('opens'))).toMatchObject({ status: 'cancelled' });
    expect(await works.sent()).toEqual([]);
    await works.startWorker();
    await works.startWorker();
    expect((await works.sent()).map(({ data }) => data['jobId'])).toEqual([job('opens')]);
  });

  it('are cancelled when the report arrives', async () => {
    await works.at('2024-03-31T00:00:00Z');
    await works.report();
    await works.at('2024-04-01T00:00:00Z');
    expect(await works.jobs.get(job('due'))).toMatchObject({ status: 'cancelled' });
    expect(await works.jobs.get(job('passed'))).toMatchObject({ status: 'cancelled' });
    await works.at('2024-10-28T00:00:00Z');
    expect(await works.sent()).toHaveLength(1);
  });

  it('are not sent if the report arrived before the policy has seen it', async () => {
    await works.at('2024-03-30');
    await works.report();
    const handled = { id: job('opens'), payload: (await works.jobs.get(job('opens')))!.payload };
    await works.run(handled, '2024-03-31T00:00:00Z');
    expect(await works.outbox()).toEqual([]);
    expect(await works.sent()).toEqual([]);
  });

  it('decide nothing when they come too late', async () => {
    await works.at('2024-10-28T00:00:00Z');
    expect(await works.jobs.get(job('opens'))).toMatchObject({ status: 'expired' });
    expect(await works.jobs.get(job('due'))).toMatchObject({ status: 'expired' });
    expect((await works.sent()).map(({ data }) => data['moment'])).toEqual(['passed']);
    // A worker whose clock has moved on since it claimed the job decides by the clock.
    const handled = { id: job('opens'), payload: (await works.jobs.get(job('opens')))!.payload };
    await works.run(handled, '2024-10-28T00:00:00Z');
    expect(await works.outbox()).toEqual([`${job('passed')}.json`]);
  });

  it('are not sent for a deadline that has been replaced', async () => {
    await works.at('2024-03-30');
    const payload = { ...(await works.jobs.get(job('opens')))!.payload, deadlineVersion: 2 };
    await works.run({ id: 'reminder.ipswich.124570.1.opens.v2', payload }, '2024-03-31T00:00:00Z');
    expect(await works.outbox()).toEqual([]);
  });

  it('are refused when the job does not say which', async () => {
    await expect(works.run({ id: 'x', payload: { ...id, window: 'one' } }, '2024-03-31')).rejects.toThrow(
      /window must be a whole number|is missing/,
    );
  });

  it('do nothing for a programme that is over when a setting is enrolled', async () => {
    await works.at('2026-01-01');
    expect(await works.outbox()).toEqual([]);
    expect(await works.sent()).toEqual([]);
  });
});
