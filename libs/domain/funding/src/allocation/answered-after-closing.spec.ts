// What is still asked back, and comes in, of an allocation that is closed.
import { given, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import type { AllocationEvent } from './allocation.events.js';
import { accepted, accountsOf, fact, of, offered, setting } from './allocation.fixture.js';
import { allocation } from './allocation.js';
import {
  amina,
  approving,
  claim,
  close,
  noor,
  on,
  propose,
  proposed,
  receive,
  released,
  rhys,
} from './money-back.fixture.js';
import { allocationClosed, reclaimApproved, reclaimProposed, reclaimReceived } from './money-back.events.js';
import { Answering } from './who-answers.js';

const settled = (number: number) => ({ number, settled: fact('PaymentSettled') });

describe('what a closed allocation is still answered for', () => {
  const left = { urn: '148001', balancePence: 0 };
  const accounts = accountsOf(700_000, { successors: [left] });
  const closed = on(
    allocationClosed({
      ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 912_600 },
      ...{ reclaimedPence: 0, returnedPence: 0, costPence: 912_600, reason: 'it became an academy' },
      ...{ undrawn: [{ number: 2, amountPence: 608_400 }], carriedTo: '148001' },
    }),
    rhys,
  );
  const over = [...released, closed];

  it('is asked back of it, and comes in: it then came to less', () => {
    given(allocation, ...over)
      .when(propose({ accounts }), { by: amina })
      .then(proposed);
    given(allocation, ...over, on(proposed))
      .when(approving({ accounts }), { by: rhys })
      .then(reclaimApproved(claim));
    const asked = [...over, on(proposed), on(reclaimApproved(claim), rhys)];
    given(allocation, ...asked)
      .when(receive(150_000), { by: noor })
      .then(
        reclaimReceived({
          ...{ ...setting, receipt: 1, reclaim: 1, number: 1, amountPence: 150_000, reference: 'BACS 1' },
        }),
        allocationClosed({
          ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 912_600 },
          ...{ reclaimedPence: 150_000, returnedPence: 0, costPence: 762_600 },
          ...{ undrawn: [], carriedTo: null, reason: 'it became an academy' },
        }),
      );
  });

  it('is no more than whoever took the part over has not accounted for', () => {
    const spent = accountsOf(700_000, { successors: [{ urn: '148001', balancePence: -112_600 }] });
    const refusal = given(allocation, ...over)
      .when(propose({ accounts: spent, amountPence: 100_001 }), { by: amina })
      .thenRefused('RECLAIM.BEYOND_DUE');
    expect(refusal.details).toMatchObject({ dueBackPence: 100_000 });
    const all = accountsOf(700_000, { successors: [{ urn: '148001', balancePence: -212_600 }] });
    given(allocation, ...over)
      .when(propose({ accounts: all }), { by: amina })
      .thenRefused('ALLOCATION.CLOSED');
    // Nor is it asked of both where the other was asked for it since it was proposed.
    given(allocation, ...over, on(proposed))
      .when(approving({ accounts: all }), { by: rhys })
      .thenRefused('RECLAIM.BEYOND_DUE');
  });

  it('holds a successor that was paid less than came to it until that is seen to where it was paid', () => {
    const state = (...events: Given<AllocationEvent>[]) => given(allocation, ...events).state;
    const before = { urn: '124570', spentPence: 700_000, reclaimed: false, takenOverBy: '148001' };
    const after = { urn: '148001', allocation: state(offered, accepted), paid: [], spentPence: 0 };
    const accountsAfter = (...events: Given<AllocationEvent>[]) =>
      new Answering([
        { ...before, allocation: state(...over, ...events), paid: [settled(1)] },
        { ...after, reclaimed: false, takenOverBy: null },
      ]).accountsOf('148001');
    const closing = (...events: Given<AllocationEvent>[]) =>
      given(allocation, offered, accepted).when(close({ paid: [], accounts: accountsAfter(...events) }), {
        by: rhys,
      });
    expect(closing().thenRefused('ALLOCATION.UNFINISHED').message).toContain('£2,126.00');
    const rest = { ...claim, amountPence: 212_600 };
    const asked = [on(reclaimProposed({ ...rest, reason: 'unspent' })), on(reclaimApproved(rest), rhys)];
    closing(...asked, on(reclaimReceived({ ...rest, receipt: 1, reference: 'B' }), noor)).then(
      allocationClosed({
        ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 0 },
        ...{ reclaimedPence: 0, returnedPence: 0, costPence: 0, reason: 'the programme is over' },
        undrawn: [1, 2].map((number) => ({ number, amountPence: of(number).amountPence })),
        carriedTo: null,
      }),
    );
  });
});
