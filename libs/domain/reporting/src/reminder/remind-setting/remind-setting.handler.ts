import { participation, programme, type ReportWindow } from '#domain/programme';
import {
  dateInLondon,
  endOfDay,
  isUrn,
  parseDate,
  participationId,
  refusal,
  RefusalError,
  requireSlug,
  startOfDay,
  type Instant,
} from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { Outbox } from '#platform/outbox';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { report, reportId } from '../../report/report.js';
import type { Moment } from '../reminder-times.js';
import { reminder } from '../reminder.js';
import { reminderMessage } from '../send-report-reminder/reminder-message.js';

/** Reminds a setting now of a report that it owes: at most once a day, however often it is asked for. */
export class RemindSetting {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly window: number },
    readonly context: CommandContext,
  ) {}
}

/**
 * First the message into the outbox, where that of one command is there once; then the event. Whatever crashes in
 * between, the same command again completes it and doubles nothing.
 */
@CommandHandler(RemindSetting)
export class RemindSettingHandler implements ICommandHandler<RemindSetting, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly outbox: Outbox,
  ) {}

  /** @throws RefusalError `SETTING.BAD_URN`, `REMINDER.NOT_ENROLLED`, `REMINDER.NO_WINDOW`, `REMINDER.NOT_OPEN`, `REMINDER.CLOSED` */
  async execute({ input, context }: RemindSetting): Promise<Outcome> {
    const { programmeId, urn } = input;
    requireSlug(programmeId, 'programmeId');
    if (!isUrn(urn)) throw refused('SETTING.BAD_URN', 'invalid', `'${urn}' is no URN: it has 5 or 6 digits`);
    const id = reportId(programmeId, urn, input.window);
    const { state: part } = await this.decisions.load(participation, participationId(programmeId, urn));
    if (part.status !== 'enrolled') {
      throw refused(
        'REMINDER.NOT_ENROLLED',
        'wrong-state',
        `setting ${urn} is not enrolled: it owes no report`,
      );
    }
    const window = part.reportWindows.find(({ number }) => number === input.window);
    if (window === undefined) {
      const message = `setting ${urn} has no report window ${input.window}`;
      throw refused('REMINDER.NO_WINDOW', 'not-found', message);
    }
    const moment = momentAt(window, this.decisions.momentOf(context));
    const { history, state, revision } = await this.decisions.load(reminder, id);
    const already = history.some(({ metadata }) => metadata.commandId === context.commandId);
    const today = dateInLondon(this.decisions.momentOf(context));
    if (!already && (!(await this.owes(id)) || state.requestedOn.includes(today))) {
      const last = history.at(-1);
      const at = revision === 'no-stream' ? -1n : revision;
      return { stream: `reminder-${id}`, revision: at, position: last?.position ?? 0n, events: [] };
    }
    const jobId = `reminder.${id}.requested.${context.commandId}`;
    const { state: terms } = await this.decisions.load(programme, programmeId);
    const programmeName = terms.status === 'none' ? programmeId : terms.terms.name;
    const message = reminderMessage({ programmeName, settingName: part.settingName, urn, window, moment });
    const file = (await this.outbox.find(jobId)) ?? (await this.outbox.deliver(jobId, message));
    const { deadlineVersion } = window;
    const data = { programmeId, urn, window: window.number, moment, deadlineVersion, jobId, file };
    return this.decisions.execute(reminder, id, { type: 'RecordReminderOnRequest', data }, context);
  }

  /** Of one that was returned another is owed. */
  private async owes(id: string): Promise<boolean> {
    const { state } = await this.decisions.load(report, id);
    return state.status === 'none' || state.status === 'returned';
  }
}

function momentAt(window: ReportWindow, at: Instant): Moment {
  const { number, opensOn, dueOn, closesOn } = window;
  if (at < startOfDay(parseDate(opensOn, 'opensOn'))) {
    throw refused(
      'REMINDER.NOT_OPEN',
      'wrong-state',
      `report ${number} can be sent from ${opensOn} on, not yet`,
    );
  }
  if (at > endOfDay(parseDate(closesOn, 'closesOn'))) {
    const message = `report ${number} was taken until ${closesOn}: extend its deadline first`;
    throw refused('REMINDER.CLOSED', 'wrong-state', message);
  }
  const today = dateInLondon(at);
  return today < dueOn ? 'opens' : today === dueOn ? 'due' : 'passed';
}

function refused(code: string, kind: 'invalid' | 'not-found' | 'wrong-state', message: string): RefusalError {
  return new RefusalError(refusal(code, kind, message));
}
