import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';
import type { SetServiceStandardsCommand } from '../service-standards.js';

/** Decides, from a day on, within how many days each desk does what waits for it. */
export class SetServiceStandards {
  constructor(
    readonly input: SetServiceStandardsCommand['data'] & { readonly programmeId: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(SetServiceStandards)
export class SetServiceStandardsHandler implements ICommandHandler<SetServiceStandards, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.*`, `TIME.*` */
  async execute({ input: { programmeId, ...data }, context }: SetServiceStandards): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    return this.decisions.execute(programme, programmeId, { type: 'SetServiceStandards', data }, context);
  }
}
