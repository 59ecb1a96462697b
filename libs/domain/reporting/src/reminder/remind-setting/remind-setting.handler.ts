import { participation } from '#domain/programme';
import { isUrn, participationId, refusal, RefusalError, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { progressReportSubmitted } from '../../report/report.events.js';
import { report, reportId } from '../../report/report.js';
import { OWED } from '../send-report-reminder/reminder-subject.js';
import { reminder } from '../reminder.js';

/** Has a setting reminded now of a report that it owes: at most once a day, however often it is asked for. */
export class RemindSetting {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly window: number },
    readonly context: CommandContext,
  ) {}
}

/** Decides only: of what was asked for, a policy makes the job that sends it. */
@CommandHandler(RemindSetting)
export class RemindSettingHandler implements ICommandHandler<RemindSetting, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `SETTING.BAD_URN`, `REMINDER.NOT_ENROLLED`, `REMINDER.NO_WINDOW`, `REMINDER.NOT_OPEN`, `REMINDER.CLOSED` */
  async execute({ input, context }: RemindSetting): Promise<Outcome> {
    const { programmeId, urn, window } = input;
    requireSlug(programmeId, 'programmeId');
    if (!isUrn(urn)) {
      const message = `'${urn}' is no URN: it has 5 or 6 digits`;
      throw new RefusalError(refusal('SETTING.BAD_URN', 'invalid', message, { field: 'urn' }));
    }
    const id = reportId(programmeId, urn, window);
    const { state: part } = await this.decisions.load(participation, participationId(programmeId, urn));
    const { state: reported, history } = await this.decisions.load(report, id);
    const submitted = history.findLast(({ type }) => type === progressReportSubmitted.type);
    const data = {
      ...{ programmeId, urn, window },
      windows: part.status === 'enrolled' ? part.reportWindows : null,
      owed: OWED.has(reported.status),
      reportedAt: submitted?.metadata.recordedAt ?? null,
    };
    return this.decisions.execute(reminder, id, { type: 'RequestReminder', data }, context);
  }
}
