import { dateInLondon, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DelegateApprovalCommand } from '../delegations.js';
import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';

/** Lets somebody else approve up to the own limit, for some days. */
export class DelegateApproval {
  constructor(
    readonly input: Omit<DelegateApprovalCommand['data'], 'today'> & { readonly programmeId: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(DelegateApproval)
export class DelegateApprovalHandler implements ICommandHandler<DelegateApproval, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `DELEGATION.*`, `PROGRAMME.*` */
  async execute({ input: { programmeId, ...said }, context }: DelegateApproval): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    const data = { ...said, today: dateInLondon(this.decisions.now()) };
    return this.decisions.execute(programme, programmeId, { type: 'DelegateApproval', data }, context);
  }
}
