import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { plan } from '../plan.js';

/** Withdraws the approval of a plan, which is then with its setting to be submitted again. */
export class WithdrawPlanApproval {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly reason: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(WithdrawPlanApproval)
export class WithdrawPlanApprovalHandler implements ICommandHandler<WithdrawPlanApproval, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input, context }: WithdrawPlanApproval): Promise<Outcome> {
    const { programmeId, urn, reason } = input;
    const request = { type: 'WithdrawPlanApproval', data: { reason } } as const;
    return this.decisions.execute(plan, participationId(programmeId, urn), request, context);
  }
}
