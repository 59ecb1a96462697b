import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { payee } from '../payee.js';
import { PayeeVault } from '../vault/payee-vault.js';

/** Verifies the details that stand; never by who entered them. */
export class VerifyPayeeDetails {
  constructor(
    /** `reference` is of the details that were looked at, as `payee show` tells it. */
    readonly input: { readonly urn: string; readonly reference: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(VerifyPayeeDetails)
export class VerifyPayeeDetailsHandler implements ICommandHandler<VerifyPayeeDetails, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly vault: PayeeVault,
  ) {}

  async execute({ input: { urn, reference }, context }: VerifyPayeeDetails): Promise<Outcome> {
    const { state } = await this.decisions.load(payee, urn);
    // What was altered since it was entered is not verified by mistake.
    if (state.status !== 'none' && state.reference === reference) await this.vault.open(urn, state);
    return this.decisions.execute(payee, urn, { type: 'VerifyPayeeDetails', data: { reference } }, context);
  }
}
