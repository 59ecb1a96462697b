import { refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { masked, type MaskedDetails } from '../payee-details.js';
import { payee } from '../payee.js';
import { PayeeVault } from '../vault/payee-vault.js';

/** Where a setting is paid, masked, and who entered and verified it. */
export interface PayeeShown {
  readonly urn: string;
  readonly status: 'entered' | 'verified' | 'rejected';
  /** To verify or reject these details by. */
  readonly reference: string;
  readonly details: MaskedDetails;
  readonly enteredBy: string;
  readonly enteredAt: string;
  /** Who verified or rejected them; `null` until somebody has. */
  readonly lookedAtBy: string | null;
  readonly lookedAt: string | null;
  readonly because: string | null;
}

/** The payee of a setting, masked. */
export class ShowPayee {
  constructor(readonly input: { readonly urn: string }) {}
}

@QueryHandler(ShowPayee)
export class ShowPayeeHandler implements IQueryHandler<ShowPayee, PayeeShown> {
  constructor(
    private readonly decisions: Decisions,
    private readonly vault: PayeeVault,
  ) {}

  /** @throws RefusalError `PAYEE.NOT_ENTERED` 'not-found', `PAYEE.DETAILS_MISSING`, `PAYEE.DETAILS_ALTERED` */
  async execute({ input: { urn } }: ShowPayee): Promise<PayeeShown> {
    const { state } = await this.decisions.load(payee, urn);
    if (state.status === 'none') {
      const message = `no payee details have been entered for setting ${urn}`;
      throw new RefusalError(refusal('PAYEE.NOT_ENTERED', 'not-found', message, { urn }));
    }
    const { status, reference, entered, looked } = state;
    return {
      ...{ urn, status, reference, details: masked(await this.vault.open(urn, state)) },
      ...{ enteredBy: entered.by.subject, enteredAt: entered.occurredAt },
      ...{ lookedAtBy: looked?.by.subject ?? null, lookedAt: looked?.occurredAt ?? null },
      because: looked?.reason ?? null,
    };
  }
}
