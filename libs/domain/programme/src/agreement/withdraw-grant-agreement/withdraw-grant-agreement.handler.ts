import { dateInLondon, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireProgramme } from '../../programme/require-programme.js';
import { agreement } from '../agreement.js';

/** Withdraws a version of a programme's grant agreement that is not in force yet. */
export class WithdrawGrantAgreement {
  constructor(
    readonly input: { readonly programmeId: string; readonly version: number; readonly reason: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(WithdrawGrantAgreement)
export class WithdrawGrantAgreementHandler implements ICommandHandler<WithdrawGrantAgreement, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `AGREEMENT.UNKNOWN_VERSION`, `AGREEMENT.IN_FORCE`, `PROGRAMME.NOT_FOUND`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input, context }: WithdrawGrantAgreement): Promise<Outcome> {
    const { programmeId } = input;
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    const data = { ...input, today: dateInLondon(this.decisions.now()) };
    return this.decisions.execute(agreement, programmeId, { type: 'WithdrawGrantAgreement', data }, context);
  }
}
