import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import type { ReleasedTranche } from '../payable/released-tranches.js';
import { differed, failed, item, made, maker, released, releaser, settled } from '../payments.fixture.js';
import { payments } from '../payments.js';
import type { PaymentsEvent } from '../payments.events.js';
import { reconcile } from './reconciliation.js';

const [one, two] = [item(1), item(2)];
const both = [one, two];
const approved = both as unknown as readonly ReleasedTranche[];
const after = (...events: readonly PaymentsEvent[]) => {
  const sent = given(
    payments,
    [made(1, both), { by: maker }],
    [released(1, both), { by: releaser }],
    ...events,
  );
  return reconcile('ipswich', approved, sent.state);
};

describe('approved, sent and settled', () => {
  it('agree once the bank has paid what it was told to', () => {
    expect(after(settled(1, one), settled(1, two))).toMatchObject({
      ...{ approvedPence: 3000, sentPence: 3000, settledPence: 3000, differences: [], agrees: true },
    });
  });

  it('differ by the penny where the bank says that it paid another amount, until that is cleared up', () => {
    const penny = [settled(1, two), differed(1, one, -1)];
    expect(after(...penny)).toMatchObject({
      ...{ approvedPence: 3000, sentPence: 3000, settledPence: 2999, agrees: false },
      differences: [
        {
          ...{ trancheId: one.trancheId, approvedPence: 1000, sentPence: 1000, settledPence: 999 },
          difference:
            'the bank says that it paid £9.99 for R1-124570-1 of run 1, and £10.00 was instructed: ask the bank, and import its corrected answer; or, once all of it has come back, reverse the payment to failed',
        },
      ],
    });
    expect(after(...penny, settled(1, one)).agrees).toBe(true);
    const failing = after(...penny, failed(1, one)).differences;
    expect(failing).toMatchObject([{ settledPence: 0, difference: 'failed in run 1: account closed' }]);
  });

  it('has as not paid what the bank says that it did not pay, in whatever amount', () => {
    const { differences } = after(settled(1, two), differed(1, one, 1, 'no such account'));
    expect(differences).toMatchObject([
      {
        ...{ sentPence: 1000, settledPence: 0 },
        difference: expect.stringContaining('the bank says that it did not pay £10.01 (no such account) for'),
      },
    ]);
  });

  it('names a payment of what is not released any more, also as the bank names another amount for it', () => {
    const { state } = given(payments, made(1, [one]), released(1, [one]), differed(1, one, -1));
    expect(reconcile('ipswich', [], state).differences).toMatchObject([
      {
        ...{ approvedPence: 0, sentPence: 1000, settledPence: 999 },
        difference: expect.stringMatching(/^paid or being paid, and not released; the bank says .*£9\.99/),
      },
    ]);
  });
});
