import {
  participationEvents,
  programmeCreated,
  programmeEvents,
  reportDeadlineExtended,
  settingEnrolled,
} from '#domain/programme';
import { settingEvents } from '#domain/settings';
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
import { instant, person } from '#testing';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { remindWhenReportDue } from '../policies/remind-when-report-due.policy.js';
import { sendReminderWhenRequested } from '../policies/send-reminder-when-requested.policy.js';
import { progressReportSubmitted, reportEvents } from '../report/report.events.js';
import { report } from '../report/report.js';
import { RecordReminderSentHandler } from './record-reminder-sent/record-reminder-sent.handler.js';
import { RemindSetting, RemindSettingHandler } from './remind-setting/remind-setting.handler.js';
import { reminderEvents } from './reminder.events.js';
import { reminder } from './reminder.js';
import { SEND_REQUESTED_REMINDER } from './send-requested-reminder/requested-reminder-payload.js';
import { SendRequestedReminder } from './send-requested-reminder/send-requested-reminder.job.js';
import { SEND_REPORT_REMINDER } from './send-report-reminder/reminder-payload.js';
import { SendReportReminder } from './send-report-reminder/send-report-reminder.job.js';

const reference = { eventId: 'e', stream: 's-1', revision: '0', type: 'X' };
export const id = { programmeId: 'ipswich', urn: '124570' };
// It opens on the day the clocks go forward and is due on the day they go back.
const window = {
  number: 1,
  opensOn: '2024-03-31',
  dueOn: '2024-10-27',
  closesOn: '2024-11-10',
  deadlineVersion: 1,
};
export const job = (moment: string): string => `reminder.ipswich.124570.1.${moment}.v1`;

/** The simulated clock, the real engines, and everything that turns an enrolment into a reminder. */
export class Works implements Clock {
  private time = instant('2023-11-01');
  /** The next append to a stream that begins so fails, as if the process had died before it. */
  crashBefore: string | undefined;
  private readonly closers: (() => Promise<unknown>)[] = [];
  private readonly codec = new EventCodec([
    ...settingEvents,
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
  private requested!: SendRequestedReminder;
  private remindSetting!: RemindSettingHandler;
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
        SendRequestedReminder,
        RecordReminderSentHandler,
        RemindSettingHandler,
      ],
    })
    class TestModule {}
    const app: INestApplicationContext = await NestFactory.createApplicationContext(TestModule, {
      logger: false,
    });
    this.closers.unshift(() => app.close());
    this.handler = app.get(SendReportReminder);
    this.remindSetting = app.get(RemindSettingHandler);
    this.requested = app.get(SendRequestedReminder);
    const handlers = new JobHandlers()
      .add(SEND_REPORT_REMINDER, this.handler)
      .add(SEND_REQUESTED_REMINDER, this.requested);
    const silent = { warn: () => undefined, error: () => undefined };
    this.worker = new JobWorker(this.jobs, handlers, this, {}, [], silent);
    this.policies = new PolicyRunner(this.jobs, this.events, this.codec, this, [
      remindWhenReportDue,
      sendReminderWhenRequested,
    ]);
  }

  now(): Instant {
    return this.time;
  }

  /** @param after the revision of the stream before it; default: there is no stream */
  async append(stream: string, event: AnyEvent, after = -1): Promise<void> {
    const commandId = derivedId('test', stream, String(after));
    const metadata = {
      occurredAt: this.time,
      recordedAt: this.time,
      actor: systemActor('test'),
      commandId,
      correlationId: commandId,
      causationId: commandId,
    };
    const encoded = this.codec.encode(event, eventIdOf(commandId, stream, 0), metadata);
    await this.events.append(stream, after === -1 ? 'no-stream' : BigInt(after), [encoded]);
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

  /** The report is due some days later. */
  async extend(dueOn: string): Promise<void> {
    await this.append(
      'participation-ipswich.124570',
      reportDeadlineExtended({
        ...{ ...id, from: window, to: { ...window, dueOn, deadlineVersion: 2 } },
        reason: 'the headteacher is ill',
      }),
      0,
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

  /** @returns how many events it came to */
  async ask(commandId: string, at?: string): Promise<number> {
    if (at !== undefined) this.time = instant(at);
    const ids = { commandId, correlationId: commandId, causationId: commandId };
    const context = { ...ids, actor: person('olive') };
    const asked = await this.remindSetting.execute(new RemindSetting({ ...id, window: 1 }, context));
    return asked.events.length;
  }

  /** Lets policies and due jobs run as they would at this moment. */
  async at(moment: string): Promise<void> {
    this.time = instant(moment);
    await this.policies.runToHead();
    await this.worker.runDue();
  }

  /** Somebody takes the messages away, and the jobs are made anew from the log. */
  async beginAnew(jobId: string): Promise<void> {
    const { payload } = (await this.jobs.get(jobId))!;
    await rm(join(this.folder, 'outbox'), { recursive: true });
    await this.requested.run({ id: jobId, payload }, new AbortController().signal);
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
    await pause(200);
    stop.abort();
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
