import { refusal, RefusalError } from '#kernel';
import { Decisions } from '#platform/event-store';
import { canonicalJson } from '#platform/evidence';
import { RECORDS, type Records } from '#platform/records';
import { Inject, Injectable } from '@nestjs/common';

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { PayeeDetails } from '../payee-details.js';

const KIND = 'payee-details';
const KEY = { kind: 'key', id: 'payee-hash' } as const;

/** What an event says of details, and by which they are found and checked again. */
export interface KeptDetails {
  readonly reference: string;
  readonly keyedHash: string;
}

/**
 * Keeps payees' details in the records, one record for each entry, never written again: events hold its reference and
 * a hash by a key of this installation, so that details altered behind the log's back are noticed, and a hash alone
 * does not give an account away to somebody who tries them all.
 */
@Injectable()
export class PayeeVault {
  constructor(
    @Inject(RECORDS) private readonly records: Records,
    private readonly decisions: Decisions,
  ) {}

  /** A reference names one entry for good: what is kept under it already stays as it is. */
  async keep(reference: string, details: PayeeDetails): Promise<KeptDetails> {
    const keyedHash = await this.hashOf(details);
    const write = { value: details, expected: 'none', expiresAt: 'never' } as const;
    await this.records.put({ kind: KIND, id: reference }, write, this.decisions.now());
    return { reference, keyedHash };
  }

  /** @throws RefusalError `PAYEE.DETAILS_MISSING`, `PAYEE.DETAILS_ALTERED` */
  async open(urn: string, { reference, keyedHash }: KeptDetails): Promise<PayeeDetails> {
    const kept = await this.records.get<PayeeDetails>({ kind: KIND, id: reference }, this.decisions.now());
    if (kept === undefined) {
      const message = `the payee details of setting ${urn} are not in the records any more: enter them anew`;
      throw new RefusalError(refusal('PAYEE.DETAILS_MISSING', 'wrong-state', message, { urn, reference }));
    }
    const now = Buffer.from(await this.hashOf(kept.value), 'hex');
    if (now.length === keyedHash.length / 2 && timingSafeEqual(now, Buffer.from(keyedHash, 'hex')))
      return kept.value;
    const message = `the payee details of setting ${urn} are not what was entered: somebody has altered the record. Enter them anew, and find out who did`;
    throw new RefusalError(refusal('PAYEE.DETAILS_ALTERED', 'wrong-state', message, { urn, reference }));
  }

  private async hashOf(details: PayeeDetails): Promise<string> {
    return createHmac('sha256', await this.key())
      .update(canonicalJson(details))
      .digest('hex');
  }

  /** Made on first use; of two processes that make one at once, both use the one that is there. */
  private async key(): Promise<Buffer> {
    const now = this.decisions.now();
    const known = await this.records.get<string>(KEY, now);
    if (known !== undefined) return Buffer.from(known.value, 'base64');
    const value = randomBytes(32).toString('base64');
    await this.records.put(KEY, { value, expected: 'none', expiresAt: 'never' }, now);
    const made = await this.records.get<string>(KEY, now);
    if (made === undefined) throw new Error('the key of the payees was not kept');
    return Buffer.from(made.value, 'base64');
  }
}
