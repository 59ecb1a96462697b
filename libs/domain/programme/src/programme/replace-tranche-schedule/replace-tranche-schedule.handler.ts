import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ReplaceTrancheScheduleCommand } from '../terms-versions.js';
import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';

/** Decides a new version of the tranche schedule, for offers made from a day on. */
export class ReplaceTrancheSchedule {
  constructor(
    readonly input: ReplaceTrancheScheduleCommand['data'] & { readonly programmeId: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReplaceTrancheSchedule)
export class ReplaceTrancheScheduleHandler implements ICommandHandler<ReplaceTrancheSchedule, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.*`, `TIME.*` */
  async execute({ input: { programmeId, ...data }, context }: ReplaceTrancheSchedule): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    return this.decisions.execute(programme, programmeId, { type: 'ReplaceTrancheSchedule', data }, context);
  }
}
