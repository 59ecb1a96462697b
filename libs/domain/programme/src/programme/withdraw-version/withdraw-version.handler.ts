import { dateInLondon, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';
import type { WithdrawVersionCommand } from '../version-withdrawal.js';

/** Withdraws a version of what a programme goes by, as long as it is not in force. */
export class WithdrawVersion {
  constructor(
    readonly input: Omit<WithdrawVersionCommand['data'], 'today'> & { readonly programmeId: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(WithdrawVersion)
export class WithdrawVersionHandler implements ICommandHandler<WithdrawVersion, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.UNKNOWN_VERSION`, `PROGRAMME.VERSION_IN_FORCE`, `PROGRAMME.*`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input: { programmeId, ...rest }, context }: WithdrawVersion): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    const data = { ...rest, today: dateInLondon(this.decisions.now()) };
    return this.decisions.execute(programme, programmeId, { type: 'WithdrawVersion', data }, context);
  }
}
