// What was paid is accounted for before it is closed over, and no more is asked back than is not.
import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';

import { tranchePaymentReversed } from './allocation.events.js';
import { accountsOf, reference, setting } from './allocation.fixture.js';
import { allocation } from './allocation.js';
import { reclaimApproved, reclaimProposed, reclaimReceived, reclaimWithdrawn } from './money-back.events.js';
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
  reason,
  withdraw,
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

  it('is withdrawn as a mistake by anybody: the money is still to be accounted for, and asked for anew', () => {
    const mistaken = reclaimWithdrawn({ ...claim, outcome: 'mistake', reason: 'it was spent after all' });
    given(allocation, ...released, on(proposed))
      .when(withdraw('mistake'), { by: amina })
      .then(mistaken);
    const anew = [...owed, on(mistaken)];
    given(allocation, ...owed)
      .when(withdraw('mistake'), { by: amina })
      .then(mistaken);
    const accounts = accountsOf(712_600);
    given(allocation, ...anew)
      .when(close({ accounts }), { by: rhys })
      .thenRefused('ALLOCATION.UNFINISHED');
    const second = { ...claim, reclaim: 2 };
    given(allocation, ...anew)
      .when(propose({ accounts }), { by: amina })
      .then(reclaimProposed({ ...second, reason }));
    const asked = [...anew, on(reclaimProposed({ ...second, reason })), on(reclaimApproved(second), rhys)];
    const back = reclaimReceived({ ...setting, receipt: 1, ...second, reference: 'BACS 1' });
    given(allocation, ...asked, on(back, noor))
      .when(close({ accounts }), { by: rhys })
      .then(closed({ reclaimedPence: 200_000, costPence: 712_600 }));
    // It counts once: had it been let go of as well, what was not accounted for would not be seen.
    given(allocation, ...asked, on(back, noor))
      .when(close({ accounts: accountsOf(700_000) }), { by: rhys })
      .thenRefused('ALLOCATION.UNFINISHED');
    // Of what was withdrawn before anybody was asked which it is, what had been approved counts as let go of.
    const unsaid = reclaimWithdrawn({ ...claim, outcome: null, reason: 'it is insolvent' });
    given(allocation, ...owed, on(unsaid, rhys))
      .when(close({ accounts }), { by: rhys })
      .then(closed());
    given(allocation, ...released, on(proposed), on(unsaid))
      .when(close({ accounts }), { by: rhys })
      .thenRefused('ALLOCATION.UNFINISHED');
    // What is let go of is not asked for anew.
    const letGo = reclaimWithdrawn({ ...claim, outcome: 'let-go', reason: 'it is insolvent' });
    given(allocation, ...owed, on(letGo, rhys))
      .when(propose({ accounts }), { by: amina })
      .thenRefused('RECLAIM.BEYOND_DUE');
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

  it('is refused where the board decided to reclaim what was paid, until it is back or let go of, spent or not', () => {
    const accounts = accountsOf(912_600, { reclaimed: true });
    const refusal = given(allocation, ...released)
      .when(close({ accounts }), { by: rhys })
      .thenRefused('ALLOCATION.UNFINISHED');
    expect(refusal.message).toContain(
      'which the board decided to reclaim, spent or not, £9,126.00 is not back',
    );
    const all = { ...claim, amountPence: 912_600 };
    const asked = [on(reclaimProposed({ ...all, reason: 'closed' })), on(reclaimApproved(all), rhys)];
    given(allocation, ...released, ...asked, on(received(200_000), noor))
      .when(close({ accounts }), { by: rhys })
      .thenRefused('ALLOCATION.UNFINISHED');
    const letGo = reclaimWithdrawn({
      ...{ ...claim, amountPence: 712_600, outcome: 'let-go', reason: 'it was spent well' },
    });
    given(allocation, ...released, ...asked, on(received(200_000), noor), on(letGo, rhys))
      .when(close({ accounts }), { by: rhys })
      .then(closed({ reclaimedPence: 200_000, costPence: 712_600 }));
  });
});
