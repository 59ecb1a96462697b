import { requireProgramme } from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { ReadModels, type Page } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { remindersProjection, type ReminderDocument } from './reminders.projection.js';

export interface ListRemindersInput {
  readonly programmeId: string;
  /** Of this setting only. */
  readonly urn?: string;
  /** Of these settings only; counts only without `urn`. */
  readonly urns?: readonly string[];
  readonly limit?: number;
  readonly cursor?: string;
}

/** The reminders that were sent in a programme, the newest first. */
export class ListReminders {
  constructor(
    readonly input: ListRemindersInput,
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(ListReminders)
export class ListRemindersHandler implements IQueryHandler<ListReminders, Page<ReminderDocument>> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION`, `QUERY.BAD_CURSOR` */
  async execute({ input, atLeast }: ListReminders): Promise<Page<ReminderDocument>> {
    const { programmeId, urn, urns, limit, cursor } = input;
    await waitFor(this.models, remindersProjection, atLeast);
    const page = await this.models.collection<ReminderDocument>(remindersProjection).find({
      where: {
        programmeId,
        ...(urns === undefined ? {} : { urn: { in: urns } }),
        ...(urn === undefined ? {} : { urn }),
      },
      sort: [{ field: 'sentAt', direction: 'descending' }],
      ...(limit === undefined ? {} : { limit }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    if (page.documents.length === 0) await requireProgramme(this.decisions, programmeId);
    return page;
  }
}
