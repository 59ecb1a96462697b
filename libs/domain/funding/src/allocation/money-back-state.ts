import { factOf, type EventOf, type EventReference, type Pence, type RecordedEvent } from '#kernel';
import type { Objection, Signature } from './allocation-state.js';
import type { moneyBackEvents } from './money-back.events.js';

export type MoneyBackEvent = EventOf<(typeof moneyBackEvents)[number]>;

/** A claim for money that was paid. */
export interface Reclaim {
  readonly reclaim: number;
  readonly number: number;
  readonly amountPence: Pence;
  readonly reason: string;
  readonly proposed: Signature;
  readonly approved: Signature | null;
  /**
   * `letGo`: two people gave up what was left then, `leftPence`; otherwise it was a mistake, and is still to be accounted for. What had
   * come in was not given up, should it turn out later that it had not.
   */
  readonly withdrawn: (Objection & { readonly letGo: boolean; readonly leftPence: Pence }) | null;
  /** What came in for it and was not reversed. */
  readonly receivedPence: Pence;
  /** It was asked for of a payment that was not made after all: there was nothing to let go of. */
  readonly ofNothing?: true;
}

/** Money that came back. */
export interface Receipt {
  readonly receipt: number;
  readonly number: number;
  readonly amountPence: Pence;
  /** `null`: the setting returned it of its own accord. */
  readonly reclaim: number | null;
  readonly reference: string;
  /** `null` for what was reclaimed: the reclaim says why. */
  readonly reason: string | null;
  readonly recorded: Signature;
  /** With the id for which the fund committed the money again, if the allocation was closed. */
  readonly reversed: (Objection & { readonly reversalId?: string }) | null;
}

/** What came back of an allocation, and what is asked back. JSON only, as all of the allocation's state. */
export interface MoneyBack {
  readonly reclaims: readonly Reclaim[];
  readonly receipts: readonly Receipt[];
}

export const NOTHING_BACK: MoneyBack = { reclaims: [], receipts: [] };

/** What is still asked for: nothing of a reclaim that was withdrawn. */
export function owedPence({ amountPence, receivedPence, withdrawn }: Reclaim): Pence {
  return withdrawn === null ? amountPence - receivedPence : 0;
}

/** What came back under reclaims, and of settings' own accord; of one tranche, or of all. */
export function backPence(
  { receipts }: MoneyBack,
  number?: number,
): { readonly reclaimedPence: Pence; readonly returnedPence: Pence } {
  let [reclaimedPence, returnedPence] = [0, 0];
  for (const receipt of receipts) {
    if (receipt.reversed !== null || (number !== undefined && receipt.number !== number)) continue;
    if (receipt.reclaim === null) returnedPence += receipt.amountPence;
    else reclaimedPence += receipt.amountPence;
  }
  return { reclaimedPence, returnedPence };
}

/** What is asked for and has not come in; of one tranche, or of all. */
export function askedPence({ reclaims }: MoneyBack, number?: number): Pence {
  return reclaims
    .filter((one) => number === undefined || one.number === number)
    .reduce((sum, one) => sum + owedPence(one), 0);
}

/** What of a tranche that was paid has neither come back nor been asked for. */
export function keptPence(
  moneyBack: MoneyBack,
  { number, amountPence }: { readonly number: number; readonly amountPence: Pence },
): Pence {
  const { reclaimedPence, returnedPence } = backPence(moneyBack, number);
  return amountPence - reclaimedPence - returnedPence - askedPence(moneyBack, number);
}

/** What was given up of reclaims that two people had asked for; of those asked for after an event, or of all. */
export function letGoPence({ reclaims }: MoneyBack, since?: EventReference): Pence {
  return reclaims
    .filter(({ proposed, withdrawn, ofNothing }) => {
      const asked = since === undefined || BigInt(proposed.event.revision) > BigInt(since.revision);
      return asked && withdrawn?.letGo === true && ofNothing !== true;
    })
    .reduce((sum, { withdrawn }) => sum + (withdrawn?.leftPence ?? 0), 0);
}

/** Of a tranche whose payment was not made after all: what had been asked for of it was asked for of nothing. */
export function askedOfNothing(back: MoneyBack, number: number): MoneyBack {
  const reclaims = back.reclaims.map((one) =>
    one.number === number ? { ...one, ofNothing: true as const } : one,
  );
  return { ...back, reclaims };
}

function withReclaim(back: MoneyBack, number: number, change: (reclaim: Reclaim) => Reclaim): MoneyBack {
  return { ...back, reclaims: back.reclaims.map((one) => (one.reclaim === number ? change(one) : one)) };
}

function received(
  back: MoneyBack,
  event: RecordedEvent<Extract<MoneyBackEvent, { type: 'ReclaimReceived' | 'UnderspendReturned' }>>,
  recorded: Signature,
): MoneyBack {
  const { receipt, number, amountPence, reference } = event.data;
  const of = { receipt, number, amountPence, reference, recorded, reversed: null };
  if (event.type === 'UnderspendReturned') {
    const { reason } = event.data;
    return { ...back, receipts: [...back.receipts, { ...of, reclaim: null, reason }] };
  }
  const { reclaim } = event.data;
  return withReclaim(
    { ...back, receipts: [...back.receipts, { ...of, reclaim, reason: null }] },
    reclaim,
    (one) => ({ ...one, receivedPence: one.receivedPence + amountPence }),
  );
}

/** Total: an event that no history holds in this place changes nothing. */
export function withMoneyBack(
  back: MoneyBack,
  event: RecordedEvent<Exclude<MoneyBackEvent, { type: 'AllocationClosed' }>>,
): MoneyBack {
  const signature: Signature = { ...factOf(event), by: event.metadata.actor };
  switch (event.type) {
    case 'ReclaimProposed': {
      const { reclaim, number, amountPence, reason } = event.data;
      const begun = { reclaim, number, amountPence, reason, proposed: signature, receivedPence: 0 };
      return { ...back, reclaims: [...back.reclaims, { ...begun, approved: null, withdrawn: null }] };
    }
    case 'ReclaimApproved':
      return withReclaim(back, event.data.reclaim, (one) => ({ ...one, approved: signature }));
    case 'ReclaimWithdrawn': {
      const { reclaim, reason, outcome, amountPence: leftPence } = event.data;
      return withReclaim(back, reclaim, (one) => ({
        ...one,
        withdrawn: { ...signature, reason, leftPence, letGo: one.approved !== null && outcome !== 'mistake' },
      }));
    }
    case 'ReclaimReceived':
    case 'UnderspendReturned':
      return received(back, event, signature);
    case 'ReceiptReversed': {
      const { receipt, reclaim, amountPence, reason, reversalId } = event.data;
      const reversed = { ...signature, reason, ...(reversalId !== null && { reversalId }) };
      const receipts = back.receipts.map((one) => (one.receipt === receipt ? { ...one, reversed } : one));
      return withReclaim({ ...back, receipts }, reclaim ?? 0, (one) => ({
        ...one,
        receivedPence: one.receivedPence - amountPence,
      }));
    }
    default:
      event satisfies never;
      return back;
  }
}
