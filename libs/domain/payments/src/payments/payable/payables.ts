import { later, type Instant } from '#kernel';
import { Decisions } from '#platform/event-store';
import { Inject, Injectable } from '@nestjs/common';
import type { PayeeDetails } from '../../payee/payee-details.js';
import { payee } from '../../payee/payee.js';
import { PayeeVault } from '../../payee/vault/payee-vault.js';
import { barInWords, barOf } from '../bars.js';
import { bankReferenceOf } from '../payment-file/payment-file.js';
import type { PaymentItem } from '../payments.events.js';
import type { PaymentsState } from '../payments-state.js';
import { RELEASED_TRANCHES, type ReleasedTranche, type ReleasedTranches } from './released-tranches.js';

/** A released tranche that is not in a run, and why. */
export interface LeftOut {
  readonly trancheId: string;
  readonly because: string;
}

export interface Payable {
  readonly items: readonly (PaymentItem & { readonly details: PayeeDetails })[];
  readonly leftOut: readonly LeftOut[];
  /** When the newest of what the items rest on happened. */
  readonly latestFact: Instant | undefined;
}

type VerifiedPayee = PaymentItem['payee'] & { readonly details: PayeeDetails; readonly since: Instant };

/** What could be paid now: released, not paid or being paid already, to details that somebody has verified. */
@Injectable()
export class Payables {
  constructor(
    private readonly decisions: Decisions,
    private readonly vault: PayeeVault,
    @Inject(RELEASED_TRANCHES) private readonly released: ReleasedTranches,
  ) {}

  /**
   * @param chosen only these tranches; all if not given
   * @throws RefusalError `PAYEE.DETAILS_MISSING`, `PAYEE.DETAILS_ALTERED` for details that are not what was verified
   */
  async of(programmeId: string, state: PaymentsState, chosen?: readonly string[]): Promise<Payable> {
    const run = state.runs.length + 1;
    const payees = new Map<string, Promise<VerifiedPayee | string>>();
    const items: Payable['items'][number][] = [];
    const leftOut: LeftOut[] = [];
    let latestFact: Instant | undefined;
    for (const tranche of await this.released.of(programmeId)) {
      const { trancheId, urn } = tranche;
      if (chosen !== undefined && !chosen.includes(trancheId)) continue;
      const payment = state.payments[trancheId];
      if (payment !== undefined && payment.status !== 'failed') {
        if (chosen !== undefined) leftOut.push({ trancheId, because: `it is ${payment.status} already` });
        continue;
      }
      const bar = barOf(state, trancheId, tranche.release.event);
      if (bar !== undefined) {
        leftOut.push({ trancheId, because: barInWords(bar) });
        continue;
      }
      if (tranche.withheld !== null) {
        leftOut.push({ trancheId, because: tranche.withheld });
        continue;
      }
      const known = payees.get(urn) ?? this.payeeOf(urn);
      payees.set(urn, known);
      const to = await known;
      if (typeof to === 'string') {
        leftOut.push({ trancheId, because: to });
        continue;
      }
      items.push(itemOf(tranche, to, run, (payment?.attempt ?? 0) + 1));
      for (const at of [tranche.release.occurredAt, to.since]) {
        latestFact = latestFact === undefined ? at : later(latestFact, at);
      }
    }
    return { items, leftOut, latestFact };
  }

  /** Details that somebody verified, or why there are none. */
  private async payeeOf(urn: string): Promise<VerifiedPayee | string> {
    const { state } = await this.decisions.load(payee, urn);
    if (state.status === 'none') return `no payee details have been entered for setting ${urn}`;
    if (state.status !== 'verified' || state.looked === null) {
      return `the payee details of setting ${urn} are ${state.status}, not verified`;
    }
    const { reference, keyedHash, looked } = state;
    const details = await this.vault.open(urn, state);
    return { reference, keyedHash, verification: looked.event, details, since: looked.occurredAt };
  }

  /** Those of a run that are not released any more, or would be left out now. */
  async notPayable(programmeId: string, items: readonly PaymentItem[]): Promise<readonly LeftOut[]> {
    if (items.length === 0) return [];
    const released = new Map((await this.released.of(programmeId)).map((one) => [one.trancheId, one]));
    return items.flatMap(({ trancheId, release }) => {
      const now = released.get(trancheId);
      if (now?.release.event.eventId !== release.eventId)
        return [{ trancheId, because: 'its release was reversed' }];
      return now.withheld === null ? [] : [{ trancheId, because: now.withheld }];
    });
  }

  /** When what had stood in the way of paying them on that day was put right, by the words a person would use. */
  clearedAt(
    programmeId: string,
    items: readonly PaymentItem[],
    at: Instant,
  ): Promise<Readonly<Record<string, Instant | undefined>>> {
    const urns = [...new Set(items.map(({ urn }) => urn))].sort();
    return this.released.payableSince(programmeId, urns, at);
  }

  /** Those of a run whose payee is not the one it was made with any more. */
  async changedPayees(items: readonly PaymentItem[]): Promise<readonly string[]> {
    const changed = new Set<string>();
    for (const item of items) {
      const { state } = await this.decisions.load(payee, item.urn);
      const same = state.status === 'verified' && state.reference === item.payee.reference;
      if (!same) changed.add(item.urn);
    }
    return [...changed].sort();
  }
}

function itemOf(
  { release, withheld: _, ...tranche }: ReleasedTranche,
  { reference, keyedHash, verification, details }: VerifiedPayee,
  run: number,
  attempt: number,
): Payable['items'][number] {
  const bankReference = bankReferenceOf(run, tranche.urn, tranche.number);
  return {
    ...{ ...tranche, attempt, bankReference, release: release.event, details },
    payee: { reference, keyedHash, verification },
  };
}
