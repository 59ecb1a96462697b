import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';

/** Pauses a programme: nothing is offered or released until it is resumed. */
export class PauseProgramme {
  constructor(
    readonly input: { readonly programmeId: string; readonly reason: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(PauseProgramme)
export class PauseProgrammeHandler implements ICommandHandler<PauseProgramme, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.*`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input: { programmeId, ...data }, context }: PauseProgramme): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    return this.decisions.execute(programme, programmeId, { type: 'PauseProgramme', data }, context);
  }
}
