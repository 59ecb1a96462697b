import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { NameProgrammeBoardCommand } from '../governance.js';
import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';

/** Names the programme board from a day on. */
export class NameProgrammeBoard {
  constructor(
    readonly input: NameProgrammeBoardCommand['data'] & { readonly programmeId: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(NameProgrammeBoard)
export class NameProgrammeBoardHandler implements ICommandHandler<NameProgrammeBoard, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.*`, `TIME.*` */
  async execute({ input: { programmeId, ...data }, context }: NameProgrammeBoard): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    return this.decisions.execute(programme, programmeId, { type: 'NameProgrammeBoard', data }, context);
  }
}
