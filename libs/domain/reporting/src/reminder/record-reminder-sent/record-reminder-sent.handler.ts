import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { reportId } from '../../report/report.js';
import type { ReminderEvent } from '../reminder.events.js';
import { reminder } from '../reminder.js';

/** Records that a reminder is in the outbox. */
export class RecordReminderSent {
  constructor(
    readonly input: ReminderEvent['data'],
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
