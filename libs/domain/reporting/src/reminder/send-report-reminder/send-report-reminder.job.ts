import { derivedId, RefusalError, refuseShape, systemActor } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { HandlesJob, JOB_STORE, type JobHandler, type JobStore } from '#platform/jobs';
import { Outbox } from '#platform/outbox';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { reportId } from '../../report/report.js';
import type { ReportState } from '../../report/report-state.js';
import { deliveredEarly } from './delivered-early.js';
import { RecordReminderSent } from '../record-reminder-sent/record-reminder-sent.handler.js';
import { reminderSubject } from './reminder-subject.js';
import { reminderTimes } from '../reminder-times.js';
import { reminder, wasSent } from '../reminder.js';
import { reminderMessage, type ReminderSubject } from './reminder-message.js';
import { ReminderPayload, SEND_REPORT_REMINDER } from './reminder-payload.js';

/** A report that was returned is asked for by its return, not by the calendar. */
const NOT_REPORTED: ReadonlySet<ReportState['status']> = new Set(['none']);

/**
 * Sends one reminder: first the message into the outbox, where a job's file is there once; then the event, whose
 * command id is derived from the job. Whatever crashes in between, running again completes it and doubles nothing.
 */
@Injectable()
@HandlesJob(SEND_REPORT_REMINDER)
export class SendReportReminder implements JobHandler {
  constructor(
    private readonly decisions: Decisions,
    private readonly outbox: Outbox,
    private readonly commands: CommandBus,
    @Inject(JOB_STORE) private readonly jobs: Pick<JobStore, 'get'>,
  ) {}

  async run(job: { readonly id: string; readonly payload: unknown }, signal: AbortSignal): Promise<void> {
    const malformed = refuseShape('REMINDER.MALFORMED', ReminderPayload, job.payload);
    if (malformed !== undefined) throw new RefusalError(malformed);
    const payload = job.payload as ReminderPayload;
    // An attempt that died here has sent it: that is recorded, whatever has happened since.
    let file = await this.outbox.find(job.id);
    if (file === undefined) {
      const about = await this.stillWorthSending(payload);
      if (about === undefined || signal.aborted) return;
      file = await this.outbox.deliver(job.id, reminderMessage(about));
    }
    await this.record(job.id, payload, file);
  }

  /** Records what was sent by an attempt that died before it could, if its job was cancelled or expired since. */
  async recover(signal: AbortSignal): Promise<void> {
    for await (const { jobId, payload, file } of deliveredEarly(
      this.outbox,
      this.jobs,
      SEND_REPORT_REMINDER,
    )) {
      if (signal.aborted) return;
      await this.record(jobId, payload as ReminderPayload, file);
    }
  }

  private async record(jobId: string, { enrolment, ...sent }: ReminderPayload, file: string): Promise<void> {
    await this.commands.execute(
      new RecordReminderSent({ ...sent, jobId, file }, contextOf(jobId, enrolment)),
    );
  }

  /** By the streams as they are now: what was true when the job was enqueued may be so no more. */
  private async stillWorthSending(payload: ReminderPayload): Promise<ReminderSubject | undefined> {
    const { programmeId, urn, window } = payload;
    const reminded = await this.decisions.load(reminder, reportId(programmeId, urn, window));
    if (wasSent(reminded.state, payload)) return undefined;
    const about = await reminderSubject(this.decisions, payload, NOT_REPORTED);
    if (about === undefined) return undefined;
    const { runAt, notAfter } = reminderTimes(about.window, about.moment);
    const now = this.decisions.now();
    return now < runAt || now > notAfter ? undefined : about;
  }
}

function contextOf(jobId: string, enrolment: string): CommandContext {
  const actor = systemActor('reminders');
  return {
    commandId: derivedId('record-reminder-sent', jobId),
    correlationId: enrolment,
    causationId: enrolment,
    actor,
  };
}
