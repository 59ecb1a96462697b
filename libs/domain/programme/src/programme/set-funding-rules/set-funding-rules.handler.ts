import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { SetFundingRulesCommand } from '../funding-rules.js';
import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';

/** Decides, from a day on, how long offers stand and up to how much people approve. */
export class SetFundingRules {
  constructor(
    readonly input: SetFundingRulesCommand['data'] & { readonly programmeId: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(SetFundingRules)
export class SetFundingRulesHandler implements ICommandHandler<SetFundingRules, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.*`, `TIME.*` */
  async execute({ input: { programmeId, ...data }, context }: SetFundingRules): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    return this.decisions.execute(programme, programmeId, { type: 'SetFundingRules', data }, context);
  }
}
