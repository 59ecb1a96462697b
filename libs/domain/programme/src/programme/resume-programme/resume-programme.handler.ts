import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';

/** Lets a paused programme go on. */
export class ResumeProgramme {
  constructor(
    readonly input: { readonly programmeId: string; readonly reason: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ResumeProgramme)
export class ResumeProgrammeHandler implements ICommandHandler<ResumeProgramme, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.*`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input: { programmeId, ...data }, context }: ResumeProgramme): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    return this.decisions.execute(programme, programmeId, { type: 'ResumeProgramme', data }, context);
  }
}
