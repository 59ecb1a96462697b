import { DESKS, requireProgramme, type Desk } from '#domain/programme';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { SAYING_WHOSE_TURN, WhatWaits, type Shown } from '../get-work-list/what-waits.js';
import { withoutRepeats } from '../get-work-list/programme-waiting.js';
import { listOf } from '../work-item.js';

/** How much there is on one desk's list. */
export interface WorkListCount {
  readonly desk: Desk;
  readonly waiting: number;
  readonly overdue: number;
  /** Since when the oldest of it waits; `null` if nothing does. */
  readonly oldestSince: string | null;
}

/** The lists of all desks, counted. */
export class ListWorkLists {
  constructor(
    readonly input: Shown & { readonly programmeId: string },
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(ListWorkLists)
export class ListWorkListsHandler implements IQueryHandler<ListWorkLists, readonly WorkListCount[]> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
    private readonly whatWaits: WhatWaits,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION` */
  async execute({ input, atLeast }: ListWorkLists): Promise<readonly WorkListCount[]> {
    const { programmeId } = input;
    for (const projection of SAYING_WHOSE_TURN) await waitFor(this.models, projection, atLeast);
    const { waiting, nameOf } = await this.whatWaits.of(programmeId, input);
    if (waiting.length === 0) await requireProgramme(this.decisions, programmeId);
    const now = this.decisions.now();
    return DESKS.map((desk) => {
      const items = listOf(desk, withoutRepeats(programmeId, waiting), { programmeId, nameOf }, now);
      return {
        desk,
        waiting: items.length,
        overdue: items.filter(({ overdue }) => overdue).length,
        oldestSince: items.map(({ since }) => since).toSorted()[0] ?? null,
      };
    });
  }
}
