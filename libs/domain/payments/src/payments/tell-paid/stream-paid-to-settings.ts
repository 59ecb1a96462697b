import type { PaidToSetting, PaidToSettings } from '#domain/programme';
import type { Decisions } from '#platform/event-store';
import { payments } from '../payments.js';
import type { PaymentsState } from '../payments-state.js';

/** What financial reviews ask: from the stream that decides about payments. */
export class StreamPaidToSettings implements PaidToSettings {
  constructor(private readonly decisions: Decisions) {}

  async of(programmeId: string, urn: string): Promise<readonly PaidToSetting[]> {
    const { state } = await this.decisions.load(payments, programmeId);
    return paidTo(urn, state);
  }
}

/** The payments to a setting that the bank has made, each by the run of its last attempt. */
export function paidTo(urn: string, { runs, payments: all }: PaymentsState): readonly PaidToSetting[] {
  return runs.flatMap(({ run, status, ended, items }) => {
    if (status !== 'released' || ended === null) return [];
    return items
      .filter((item) => item.urn === urn)
      .filter(({ trancheId }) => all[trancheId]?.status === 'settled' && all[trancheId].run === run)
      .map(({ amountPence }) => ({ amountPence, instructedAt: ended.occurredAt }));
  });
}
