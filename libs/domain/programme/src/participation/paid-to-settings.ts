import type { Instant, Pence } from '#kernel';

/** A payment that the bank has made. */
export interface PaidToSetting {
  readonly amountPence: Pence;
  /** When the bank was told to pay it: its answer may reach the programme days later. */
  readonly instructedAt: Instant;
}

/**
 * Tells what a setting has been paid, without programmes knowing of payments: payments say so, from the stream that decides about
 * them.
 * @see PAID_TO_SETTINGS by which it is given
 */
export interface PaidToSettings {
  /** In a programme; what came back or failed since is not among it. */
  of(programmeId: string, urn: string): Promise<readonly PaidToSetting[]>;
}
export const PAID_TO_SETTINGS = Symbol('PAID_TO_SETTINGS');
