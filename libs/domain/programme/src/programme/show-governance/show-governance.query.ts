import { dateInLondon, isRefusal, RefusalError, requireSlug, type CalendarDate, readDate } from '#kernel';
import { Decisions } from '#platform/event-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { takenForceBy } from '../effective-day.js';
import { programme } from '../programme.js';
import { noSuchProgramme } from '../require-programme.js';

/** Who answers for a programme on a day; without one, today. */
export class ShowGovernance {
  constructor(
    readonly programmeId: string,
    readonly on?: string,
  ) {}
}

export type GovernanceShown = Readonly<{
  programmeId: string;
  on: CalendarDate;
  /** A subject id, and from when; `null`: nobody was named by then. */
  seniorOwner: Readonly<{ subject: string; effectiveOn: string }> | null;
  board: Readonly<{ members: readonly string[]; effectiveOn: string }> | null;
}>;

@QueryHandler(ShowGovernance)
export class ShowGovernanceHandler implements IQueryHandler<ShowGovernance, GovernanceShown> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `TIME.NOT_UNDERSTOOD` */
  async execute({ programmeId, on }: ShowGovernance): Promise<GovernanceShown> {
    requireSlug(programmeId, 'programmeId');
    const day = on === undefined ? dateInLondon(this.decisions.now()) : readDate(on, 'on');
    if (isRefusal(day)) throw new RefusalError(day);
    const { state } = await this.decisions.load(programme, programmeId);
    if (state.status === 'none') throw noSuchProgramme(programmeId);
    const owner = takenForceBy(state.owners, day);
    const board = takenForceBy(state.boards, day);
    return {
      programmeId,
      on: day,
      seniorOwner: owner === undefined ? null : { subject: owner.subject, effectiveOn: owner.effectiveOn },
      board: board === undefined ? null : { members: board.members, effectiveOn: board.effectiveOn },
    };
  }
}
