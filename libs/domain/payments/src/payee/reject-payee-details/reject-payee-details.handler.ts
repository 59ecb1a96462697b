import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { payee } from '../payee.js';

/** Finds the details that stand to be wrong, with the reason; never by who entered them. */
export class RejectPayeeDetails {
  constructor(
    readonly input: { readonly urn: string; readonly reference: string; readonly reason: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(RejectPayeeDetails)
export class RejectPayeeDetailsHandler implements ICommandHandler<RejectPayeeDetails, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input: { urn, ...data }, context }: RejectPayeeDetails): Promise<Outcome> {
    return this.decisions.execute(payee, urn, { type: 'RejectPayeeDetails', data }, context);
  }
}
