import { setting } from '#domain/settings';
import { derivedId, isUrn, refusal, RefusalError } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refuseDetails, withoutSeparators, type PayeeDetails } from '../payee-details.js';
import { payee } from '../payee.js';
import { PayeeVault } from '../vault/payee-vault.js';

/** Enters the account that a setting is to be paid to; it is paid once somebody else has verified that. */
export class EnterPayeeDetails {
  constructor(
    readonly input: PayeeDetails & { readonly urn: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(EnterPayeeDetails)
export class EnterPayeeDetailsHandler implements ICommandHandler<EnterPayeeDetails, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly vault: PayeeVault,
  ) {}

  /** @throws RefusalError `PAYEE.MALFORMED` naming the field, `PAYEE.UNKNOWN_SETTING` */
  async execute({ input: { urn, ...given }, context }: EnterPayeeDetails): Promise<Outcome> {
    if (!isUrn(urn)) {
      throw new RefusalError(
        refusal('PAYEE.MALFORMED', 'invalid', 'urn must have 5 or 6 digits', { field: 'urn' }),
      );
    }
    const details = withoutSeparators(given);
    const malformed = refuseDetails(details);
    if (malformed !== undefined) throw new RefusalError(malformed);
    const { state } = await this.decisions.load(setting, urn);
    const registered = state.status === 'registered';
    // A command sent again keeps nothing twice: its record has a name derived from it.
    const kept = await this.vault.keep(derivedId('payee-details', urn, context.commandId), details);
    const data = { urn, registered, ...kept };
    return this.decisions.execute(payee, urn, { type: 'EnterPayeeDetails', data }, context);
  }
}
