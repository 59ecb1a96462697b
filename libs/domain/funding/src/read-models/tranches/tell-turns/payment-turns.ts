import type { PaymentTurns } from '#domain/payments';
import type { Turn } from '#domain/programme';
import type { Decisions } from '#platform/event-store';
import type { ReadModels } from '#platform/read-store';
import { readAround } from '../around.js';
import { tranchesInTurn } from '../tranche-turns.js';

/** What payments ask of those that failed: whether a tranche is paid again, its part and its allocation say. */
export class TranchePaymentTurns implements PaymentTurns {
  constructor(
    private readonly models: ReadModels,
    private readonly decisions: Decisions,
  ) {}

  async of(programmeId: string): Promise<ReadonlyMap<string, Turn>> {
    const around = await readAround(this.models, this.decisions, programmeId);
    const released = around.allocations
      .flatMap((one) => tranchesInTurn(one, around))
      .filter(({ released: by }) => by !== null);
    return new Map(released.map((one) => [one.id, one]));
  }
}
