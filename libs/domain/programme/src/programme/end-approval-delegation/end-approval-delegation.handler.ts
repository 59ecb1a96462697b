import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { EndApprovalDelegationCommand } from '../delegations.js';
import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';

/** Takes a delegation back before its last day. */
export class EndApprovalDelegation {
  constructor(
    readonly input: EndApprovalDelegationCommand['data'] & { readonly programmeId: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(EndApprovalDelegation)
export class EndApprovalDelegationHandler implements ICommandHandler<EndApprovalDelegation, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `DELEGATION.*`, `PROGRAMME.*`, `TIME.*` */
  async execute({ input: { programmeId, ...data }, context }: EndApprovalDelegation): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    return this.decisions.execute(programme, programmeId, { type: 'EndApprovalDelegation', data }, context);
  }
}
