import { derivedId, RefusalError, refuseShape, systemActor } from '#kernel';
import { Decisions } from '#platform/event-store';
import { HandlesJob, JOB_STORE, type JobHandler, type JobStore } from '#platform/jobs';
import { Outbox } from '#platform/outbox';
import { Inject, Injectable } from '@nestjs/common';
import { reportId } from '../../report/report.js';
import { deliveredEarly } from '../send-report-reminder/delivered-early.js';
import { OWED, reminderSubject } from '../send-report-reminder/reminder-subject.js';
import { reminder, sentOn, type ReminderState } from '../reminder.js';
import { reminderMessage, type ReminderSubject } from '../send-report-reminder/reminder-message.js';
import { RequestedReminderPayload, SEND_REQUESTED_REMINDER } from './requested-reminder-payload.js';

/**
 * Sends one reminder that somebody asked for, as {@link SendReportReminder} sends one by the calendar: the message into
 * the outbox, where a job's file is there once; then the event.
 */
@Injectable()
@HandlesJob(SEND_REQUESTED_REMINDER)
export class SendRequestedReminder implements JobHandler {
  constructor(
    private readonly decisions: Decisions,
    private readonly outbox: Outbox,
    @Inject(JOB_STORE) private readonly jobs: Pick<JobStore, 'get'>,
  ) {}

  async run(job: { readonly id: string; readonly payload: unknown }, signal: AbortSignal): Promise<void> {
    const malformed = refuseShape('REMINDER.MALFORMED', RequestedReminderPayload, job.payload);
    if (malformed !== undefined) throw new RefusalError(malformed);
    const payload = job.payload as RequestedReminderPayload;
    let file = await this.outbox.find(job.id);
    if (file === undefined) {
      const about = await this.stillWorthSending(job.id, payload);
      if (about === undefined || signal.aborted) return;
      file = await this.outbox.deliver(job.id, reminderMessage(about));
    }
    await this.record(job.id, payload, file);
  }

  /** Records what was sent by an attempt that died before it could, if its job has ended since. */
  async recover(signal: AbortSignal): Promise<void> {
    for await (const early of deliveredEarly(this.outbox, this.jobs, SEND_REQUESTED_REMINDER)) {
      if (signal.aborted) return;
      await this.record(early.jobId, early.payload as RequestedReminderPayload, early.file);
    }
  }

  /**
   * Also a job that is made anew from the log does not send again what was sent, wherever the file has gone. Of several that were
   * asked for one after another, as the deadline was moved in between, the newest is the one that is sent.
   */
  private async stillWorthSending(
    jobId: string,
    payload: RequestedReminderPayload,
  ): Promise<ReminderSubject | undefined> {
    const { programmeId, urn, window } = payload;
    const { state } = await this.decisions.load(reminder, reportId(programmeId, urn, window));
    const asked = state.requests[jobId];
    if (asked === undefined || jobId !== Object.keys(state.requests).at(-1)) return undefined;
    if (sentOn(state, asked.day)) return undefined;
    if (await this.sentEarlier(state, jobId, payload)) return undefined;
    return reminderSubject(this.decisions, payload, OWED);
  }

  /** Whether one that was asked for earlier on the same day is in the outbox, though the attempt that sent it died before it said so. */
  private async sentEarlier(
    { requests }: ReminderState,
    jobId: string,
    payload: RequestedReminderPayload,
  ): Promise<boolean> {
    let isSent = false;
    for (const [earlier, { moment, deadlineVersion, request, day, sent }] of Object.entries(requests)) {
      if (earlier === jobId || sent) continue;
      if ((await this.jobs.get(earlier))?.status === 'running')
        throw new Error(`job ${earlier} may be sending what was asked for before: this one waits for it`);
      const file = await this.outbox.find(earlier);
      if (file === undefined) continue;
      await this.record(earlier, { ...payload, moment, deadlineVersion, request }, file);
      isSent ||= day === requests[jobId]?.day;
    }
    return isSent;
  }

  private async record(
    jobId: string,
    { request, ...sent }: RequestedReminderPayload,
    file: string,
  ): Promise<void> {
    await this.decisions.execute(
      reminder,
      reportId(sent.programmeId, sent.urn, sent.window),
      { type: 'RecordRequestedReminder', data: { ...sent, jobId, file } },
      {
        commandId: derivedId('record-requested-reminder', jobId),
        correlationId: request,
        causationId: request,
        actor: systemActor('reminders'),
      },
    );
  }
}
