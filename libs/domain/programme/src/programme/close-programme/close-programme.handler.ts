import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OUTSTANDING, type Outstanding } from '../outstanding.js';
import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';

/** Closes a programme for good, if no money is out and nothing is unfinished. */
export class CloseProgramme {
  constructor(
    readonly input: { readonly programmeId: string; readonly reason: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(CloseProgramme)
export class CloseProgrammeHandler implements ICommandHandler<CloseProgramme, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(OUTSTANDING) private readonly outstanding: Outstanding,
  ) {}

  /** @throws RefusalError `PROGRAMME.OUTSTANDING`, `PROGRAMME.NOT_FOUND`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input: { programmeId, reason }, context }: CloseProgramme): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    const data = { reason, outstanding: await this.outstanding.of(programmeId) };
    return this.decisions.execute(programme, programmeId, { type: 'CloseProgramme', data }, context);
  }
}
