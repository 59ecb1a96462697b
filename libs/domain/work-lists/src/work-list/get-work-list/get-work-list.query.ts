import { requireProgramme, type Desk } from '#domain/programme';
import type { Instant } from '#kernel';
import { Decisions } from '#platform/event-store';
import { waitFor } from '#platform/http';
import { LARGEST_FIND, ReadModels } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { SAYING_WHOSE_TURN, WhatWaits, type Shown } from './what-waits.js';
import { listOf, parseAction, parseDesk, type WorkItem } from '../work-item.js';
import { withoutRepeats } from './programme-waiting.js';

export interface WorkListAsked extends Shown {
  readonly programmeId: string;
  /** Whose list: setting, adviser, operations, approver, payer, board or bank. */
  readonly desk: string;
  /** What waits on this setting only. */
  readonly urn?: string;
  /** What waits for this to be done only, such as `submit-report`. */
  readonly action?: string;
  /** 1 to {@link LARGEST_FIND}, which it is if nothing is said; `all`: however many there are. */
  readonly limit?: number | 'all';
  /** A line for each setting also of what is done once for all of them. Default: one line for the programme. */
  readonly bySetting?: boolean;
}

/** The list of one desk, as of now. */
export interface WorkList {
  readonly programmeId: string;
  readonly desk: Desk;
  readonly asOf: Instant;
  /** How many things there are on it, and how many of them are overdue; `items` may be the first of them. */
  readonly waiting: number;
  readonly overdue: number;
  readonly items: readonly WorkItem[];
}

/** What waits for one desk: overdue first, then what has waited longest. */
export class GetWorkList {
  constructor(
    readonly input: WorkListAsked,
    /** A position that the answer must have seen. */
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(GetWorkList)
export class GetWorkListHandler implements IQueryHandler<GetWorkList, WorkList> {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
    private readonly whatWaits: WhatWaits,
  ) {}

  /** @throws RefusalError `QUERY.BAD_FILTER`, `PROGRAMME.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION` */
  async execute({ input, atLeast }: GetWorkList): Promise<WorkList> {
    const { programmeId, urn, limit = LARGEST_FIND, bySetting = urn !== undefined } = input;
    const desk = parseDesk(input.desk);
    const action = input.action === undefined ? undefined : parseAction(input.action, desk);
    for (const projection of SAYING_WHOSE_TURN) await waitFor(this.models, projection, atLeast);
    const { waiting, nameOf } = await this.whatWaits.of(programmeId, input);
    if (waiting.length === 0) await requireProgramme(this.decisions, programmeId);
    const asOf = this.decisions.now();
    const ofAction = waiting.filter((one) => action === undefined || one.nextAction === action);
    const ofSetting = ofAction.filter((one) => urn === undefined || one.urn === urn);
    const asked = bySetting ? ofSetting : withoutRepeats(programmeId, ofSetting);
    const items = listOf(desk, asked, { programmeId, nameOf }, asOf);
    return {
      ...{ programmeId, desk, asOf },
      waiting: items.length,
      overdue: items.filter(({ overdue }) => overdue).length,
      items: limit === 'all' ? items : items.slice(0, limit),
    };
  }
}
