// What was paid is accounted for before it is closed over, and no more is asked back than is not.
import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';

import { tranchePaymentReversed } from './allocation.events.js';
import { accountsOf, reference, setting } from './allocation.fixture.js';
import { allocation } from './allocation.js';
import { reclaimWithdrawn } from './money-back.events.js';
import {
  close,
  closed,
  amina,
  approved,
  approving,
  claim,
  noor,
  on,
  owed,
  propose,
  proposed,
  receive,
  received,
  released,
  returned,
  rhys,
} from './money-back.fixture.js';

describe('a reclaim', () => {
  it('never asks for what is accepted as spent, unless the board decided to reclaim it', () => {
    const spent = accountsOf(800_000);
    const refusal = given(allocation, ...released)
      .when(propose({ accounts: spent, amountPence: 112_601 }))
      .thenRefused('RECLAIM.BEYOND_DUE');
    expect(refusal.details).toMatchObject({ field: 'amountPence', dueBackPence: 112_600 });
    expect(refusal.message).toContain('withdraw its acceptance first');
    given(allocation, ...released)
      .when(propose({ accounts: { ...spent, reclaimed: true } }), { by: amina })
      .then(proposed);
    // It was due back when it was proposed, and a report was accepted since.
    given(allocation, ...released, on(proposed))
      .when(approving({ accounts: spent }), { by: rhys })
      .thenRefused('RECLAIM.BEYOND_DUE');
    given(allocation, ...released, on(proposed))
      .when(approving({ accounts: accountsOf(712_600) }), { by: rhys })
      .then(approved);
  });

  it('is neither approved nor received of a payment that was reversed since', () => {
    given(allocation, ...released, on(proposed))
      .when(approving({ paid: [] }), { by: rhys })
      .thenRefused('RECLAIM.NOT_PAID');
    given(allocation, ...owed)
      .when(receive(200_000, 'BACS 1', { paid: [] }), { by: noor })
      .thenRefused('RECLAIM.NOT_PAID');
  });
});

describe('closing an allocation', () => {
  it('is refused while what was paid is neither accepted as spent nor back, nor let go by two people', () => {
    const short = close({ accounts: accountsOf(700_000) });
    const refusal = given(allocation, ...released)
      .when(short, { by: rhys })
      .thenRefused('ALLOCATION.UNFINISHED');
    expect(refusal.message).toContain('£2,126.00 that was paid is neither accepted as spent nor back');
    given(allocation, ...owed, on(received(), noor))
      .when(short, { by: rhys })
      .thenRefused('ALLOCATION.UNFINISHED');
    given(allocation, ...owed, on(received(), noor), on(returned(12_600, 2), noor))
      .when(short, { by: rhys })
      .then(closed({ reclaimedPence: 200_000, returnedPence: 12_600, costPence: 700_000 }));
    const letGo = on(reclaimWithdrawn({ ...claim, outcome: 'let-go', reason: 'insolvent' }), rhys);
    given(allocation, ...released, on(proposed), letGo)
      .when(close({ accounts: accountsOf(712_600) }), { by: rhys })
      .thenRefused('ALLOCATION.UNFINISHED');
    given(allocation, ...owed, letGo)
      .when(close({ accounts: accountsOf(712_600) }), { by: rhys })
      .then(closed());
    // What was asked for of a payment that was not made was not let go of.
    const unmade = tranchePaymentReversed({
      ...{ ...setting, number: 1, amountPence: 912_600, reason: 'another account' },
      settlement: reference('PaymentSettled', '9'),
    });
    given(allocation, ...owed, on(unmade, noor), letGo)
      .when(close({ accounts: accountsOf(712_600) }), { by: rhys })
      .thenRefused('ALLOCATION.UNFINISHED');
    // Who took the part over accounts for it.
    given(allocation, ...released)
      .when(
        close({
          accounts: accountsOf(0, { successors: [{ urn: '148001', balancePence: 0 }] }),
          ...{ undrawn: 'to-fund', successor: { urn: '148001', takeOver: null } },
        }),
        { by: rhys },
      )
      .then(closed());
    given(allocation, ...released)
      .when(close({ accounts: accountsOf(912_600, { inheritedPence: 1 }) }), { by: rhys })
      .thenRefused('ALLOCATION.UNFINISHED');
  });
});
