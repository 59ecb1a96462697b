import { participation, programme } from '#domain/programme';
import { derivedId, participationId, RefusalError, refuseShape, systemActor } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { HandlesJob, JOB_STORE, type JobHandler, type JobStatus, type JobStore } from '#platform/jobs';
import { Outbox } from '#platform/outbox';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { report, reportId } from '../../report/report.js';
import { RecordReminderSent } from '../record-reminder-sent/record-reminder-sent.handler.js';
import { reminderTimes } from '../reminder-times.js';
import { reminder, wasSent } from '../reminder.js';
import { reminderMessage, type ReminderSubject } from './reminder-message.js';
import { ReminderPayload, SEND_REPORT_REMINDER } from './reminder-payload.js';

/** Of a job that no attempt will come back to, though it was not done. */
const ENDED_EARLY: ReadonlySet<JobStatus> = new Set(['cancelled', 'expired', 'dead']);

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
    for (const jobId of await this.outbox.delivered()) {
      if (signal.aborted) return;
      const job = await this.jobs.get(jobId);
      if (job?.kind !== SEND_REPORT_REMINDER || !ENDED_EARLY.has(job.status)) continue;
      const file = await this.outbox.find(jobId);
      if (file !== undefined) await this.record(jobId, job.payload as ReminderPayload, file);
    }
  }

  private async record(jobId: string, { enrolment, ...sent }: ReminderPayload, file: string): Promise<void> {
    await this.commands.execute(
      new RecordReminderSent({ ...sent, jobId, file }, contextOf(jobId, enrolment)),
    );
  }

  /** By the streams as they are now: what was true when the job was enqueued may be so no more. */
  private async stillWorthSending(payload: ReminderPayload): Promise<ReminderSubject | undefined> {
    const { programmeId, urn, moment, deadlineVersion } = payload;
    const id = reportId(programmeId, urn, payload.window);
    const reported = await this.decisions.load(report, id);
    if (reported.state.status !== 'none') return undefined;
    const reminded = await this.decisions.load(reminder, id);
    if (wasSent(reminded.state, { moment, deadlineVersion })) return undefined;
    const { state: part } = await this.decisions.load(participation, participationId(programmeId, urn));
    if (part.status !== 'enrolled') return undefined;
    const window = part.reportWindows.find(({ number }) => number === payload.window);
    if (window?.deadlineVersion !== deadlineVersion) return undefined;
    const { runAt, notAfter } = reminderTimes(window, moment);
    const now = this.decisions.now();
    if (now < runAt || now > notAfter) return undefined;
    const { state } = await this.decisions.load(programme, programmeId);
    const programmeName = state.status === 'none' ? programmeId : state.terms.name;
    return { programmeName, settingName: part.settingName, urn, window, moment };
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
