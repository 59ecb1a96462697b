import { parseCut, type Clock, type Instant } from '#kernel';
import { CLOCK, EVENT_STORE, EventCodec, type EventStore } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { InMemoryModel, ReadModels, type Page } from '#platform/read-store';
import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { setImmediate as othersFirst } from 'node:timers/promises';
import { BUDGETS, type Budgets } from '../../programme/budgets.js';
import { noSuchProgramme } from '../../programme/require-programme.js';
import { programmeShown, type ProgrammeShown } from './programme-shown.js';
import { programmesProjection, type ProgrammeDocument } from './programmes.projection.js';

export const PROGRAMMES_A_PAGE = 100;
/** Small enough that whoever else shares the thread waits a few milliseconds at most. */
const EVENTS_A_PAGE = 200;

/** All programmes by name, at most {@link PROGRAMMES_A_PAGE} a page. */
export class ListProgrammes {
  constructor(readonly options: { readonly atLeast?: string; readonly cursor?: string } = {}) {}
}

@QueryHandler(ListProgrammes)
export class ListProgrammesHandler implements IQueryHandler<ListProgrammes, Page<ProgrammeShown>> {
  constructor(
    private readonly models: ReadModels,
    @Inject(BUDGETS) private readonly budgets: Budgets,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws RefusalError `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION`, `QUERY.BAD_CURSOR` */
  async execute({ options: { atLeast, cursor } }: ListProgrammes): Promise<Page<ProgrammeShown>> {
    await waitFor(this.models, programmesProjection, atLeast);
    const { documents, ...page } = await this.models.collection(programmesProjection).find({
      sort: [{ field: 'name', direction: 'ascending' }],
      limit: PROGRAMMES_A_PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const now = this.clock.now();
    const shown: ProgrammeShown[] = [];
    for (const document of documents) {
      shown.push(programmeShown(document, now, await this.budgets.now(document.id, atLeast)));
    }
    return { ...page, documents: shown };
  }
}

/** A programme as it is, or as it was. */
export class GetProgramme {
  constructor(
    readonly programmeId: string,
    readonly atLeast?: string,
    /** A date, to the end of that day, or an instant; inclusive. */
    readonly asOf?: string,
  ) {}
}

@QueryHandler(GetProgramme)
export class GetProgrammeHandler implements IQueryHandler<GetProgramme, ProgrammeShown> {
  constructor(
    private readonly models: ReadModels,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    private readonly codec: EventCodec,
    @Inject(BUDGETS) private readonly budgets: Budgets,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION`, `TIME.NOT_UNDERSTOOD` */
  async execute({ programmeId, atLeast, asOf }: GetProgramme): Promise<ProgrammeShown> {
    if (asOf !== undefined) return this.at(programmeId, parseCut(asOf, 'asOf'));
    await waitFor(this.models, programmesProjection, atLeast);
    const document = await this.models.collection(programmesProjection).get(programmeId);
    if (document === undefined) throw noSuchProgramme(programmeId);
    return programmeShown(document, this.clock.now(), await this.budgets.now(programmeId, atLeast));
  }

  private async at(programmeId: string, asOf: Instant): Promise<ProgrammeShown> {
    const document = await this.foldedUpTo(programmeId, asOf);
    if (document === undefined) throw noSuchProgramme(programmeId);
    return programmeShown(document, asOf, await this.budgets.at(programmeId, asOf));
  }

  /** By the very projection of the live one, from what had happened by then. */
  private async foldedUpTo(programmeId: string, asOf: Instant): Promise<ProgrammeDocument | undefined> {
    const model = new InMemoryModel(programmesProjection);
    const filter = { types: programmesProjection.handles };
    for await (const page of this.events.readAll({ pageSize: EVENTS_A_PAGE, filter })) {
      for (const stored of page) {
        const event = this.codec.decode(stored);
        const { programmeId: of } = event.data as { readonly programmeId?: string };
        if (of === programmeId && event.metadata.occurredAt <= asOf) model.apply(event);
      }
      await othersFirst();
    }
    return model.get(programmeId);
  }
}
