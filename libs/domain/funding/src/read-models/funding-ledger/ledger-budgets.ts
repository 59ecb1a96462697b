import type { Budgets } from '#domain/programme';
import type { Instant, Pence } from '#kernel';
import type { EventCodec, EventStore } from '#platform/event-store';
import { waitFor } from '#platform/http';
import type { ReadModels } from '#platform/read-store';
import { fundingLedger } from './funding-ledger.projection.js';
import { ledgerAsOf } from './ledger-as-of.js';

/** The budget that the ledger has. */
export class LedgerBudgets implements Budgets {
  constructor(
    private readonly models: ReadModels,
    private readonly events: EventStore,
    private readonly codec: EventCodec,
  ) {}

  async now(programmeId: string, atLeast?: string): Promise<Pence | undefined> {
    await waitFor(this.models, fundingLedger, atLeast);
    const found = await this.models.collection(fundingLedger).get(programmeId);
    return found?.kind === 'programme' ? found.budgetPence : undefined;
  }

  async at(programmeId: string, asOf: Instant): Promise<Pence> {
    return (await ledgerAsOf(this.events, this.codec, programmeId, { asOf }, asOf)).budgetPence;
  }
}
