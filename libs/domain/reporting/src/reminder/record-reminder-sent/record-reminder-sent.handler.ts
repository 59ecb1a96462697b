import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { reportId } from '../../report/report.js';
import { reminder, type SentReminder } from '../reminder.js';

/** Records that a reminder is in the outbox. */
export class RecordReminderSent {
  constructor(
    readonly input: SentReminder,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(RecordReminderSent)
export class RecordReminderSentHandler implements ICommandHandler<RecordReminderSent, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input, context }: RecordReminderSent): Promise<Outcome> {
    const { programmeId, urn, window } = input;
    return this.decisions.execute(
      reminder,
      reportId(programmeId, urn, window),
      { type: 'RecordReminderSent', data: input },
      context,
    );
  }
}
