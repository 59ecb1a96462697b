import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { AppointSeniorOwnerCommand } from '../governance.js';
import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';

/** Names the senior responsible owner (SRO) from a day on. */
export class AppointSeniorOwner {
  constructor(
    readonly input: AppointSeniorOwnerCommand['data'] & { readonly programmeId: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(AppointSeniorOwner)
export class AppointSeniorOwnerHandler implements ICommandHandler<AppointSeniorOwner, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.*`, `TIME.*` */
  async execute({ input: { programmeId, ...data }, context }: AppointSeniorOwner): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    return this.decisions.execute(programme, programmeId, { type: 'AppointSeniorOwner', data }, context);
  }
}
