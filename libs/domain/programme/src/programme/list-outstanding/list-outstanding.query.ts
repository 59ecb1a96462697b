import { requireSlug } from '#kernel';
import { Decisions } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { OutstandingLine } from '../outstanding.js';
import { requireProgramme } from '../require-programme.js';
import { OUTSTANDING, type Outstanding } from './outstanding-port.js';

/** What has to end before a programme can be closed, oldest first. */
export class ListOutstanding {
  constructor(readonly programmeId: string) {}
}

export type OutstandingAnswer = Readonly<{
  programmeId: string;
  lines: readonly OutstandingLine[];
}>;

@QueryHandler(ListOutstanding)
export class ListOutstandingHandler implements IQueryHandler<ListOutstanding, OutstandingAnswer> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(OUTSTANDING) private readonly outstanding: Outstanding,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND` */
  async execute({ programmeId }: ListOutstanding): Promise<OutstandingAnswer> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    const { lines } = await this.outstanding.of(programmeId);
    return { programmeId, lines };
  }
}
