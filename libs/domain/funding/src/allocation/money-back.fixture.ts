import { person, type Given } from '#testing';
import {
  trancheApproved,
  trancheProposed,
  trancheReleased,
  type AllocationEvent,
} from './allocation.events.js';
import { accountsOf, fact, of, ready, setting } from './allocation.fixture.js';
import {
  allocationClosed,
  reclaimApproved,
  reclaimProposed,
  reclaimReceived,
  underspendReturned,
  type WithdrawnAs,
} from './money-back.events.js';

// One allocation whose first tranche was paid, and what is asked back of it.

export const amina = person('amina', 'operations');
export const rhys = person('rhys', 'approver');
export const noor = person('noor', 'payer');
export const reason = 'the training never took place';
export const on = (event: AllocationEvent, by = amina, at?: string): Given<AllocationEvent> => [
  event,
  { by, ...(at === undefined ? {} : { at }) },
];
export const released = [
  ...ready,
  on(trancheProposed(of(1))),
  on(trancheApproved({ ...of(1), authority: null }), rhys),
  on(trancheReleased(of(1)), noor),
];
export const paid = [{ number: 1, settled: fact('PaymentSettled') }];

export const claim = { ...setting, reclaim: 1, number: 1, amountPence: 200_000 };
export const proposed = reclaimProposed({ ...claim, reason });
export const approved = reclaimApproved(claim);
export const owed = [...released, on(proposed), on(approved, rhys)];
export const received = (amountPence = 200_000, receipt = 1, bank = `BACS ${receipt}`) =>
  reclaimReceived({ ...setting, receipt, reclaim: 1, number: 1, amountPence, reference: bank });
export const returned = (amountPence = 50_000, receipt = 1) =>
  underspendReturned({
    ...{ ...setting, receipt, number: 1, amountPence },
    ...{ reference: `BACS ${receipt}`, reason: 'fewer teachers than planned' },
  });

export const propose = (change: object = {}) =>
  ({
    type: 'ProposeReclaim',
    data: { number: 1, amountPence: 200_000, reason, paid, accounts: accountsOf(0), ...change },
  }) as const;
export const approving = (change: object = {}) =>
  ({ type: 'ApproveReclaim', data: { reclaim: 1, paid, accounts: accountsOf(0), ...change } }) as const;
export const withdraw = (outcome: WithdrawnAs = 'let-go') =>
  ({ type: 'WithdrawReclaim', data: { reclaim: 1, outcome, reason: 'it was spent after all' } }) as const;
export const receive = (amountPence = 200_000, bank = 'BACS 1', change: object = {}) =>
  ({
    type: 'ReceiveReclaim',
    data: { reclaim: 1, amountPence, reference: bank, paid, ...change },
  }) as const;

export const close = (change: object = {}) =>
  ({
    type: 'CloseAllocation',
    data: { reason: 'the programme is over', paid, accounts: accountsOf(912_600), ...change },
  }) as const;
export const closed = (change: object = {}) =>
  allocationClosed({
    carriedTo: null,
    ...{ ...setting, reservationId: 'r1', amountPence: 1_521_000, releasedPence: 912_600 },
    ...{ reclaimedPence: 0, returnedPence: 0, costPence: 912_600, reason: 'the programme is over' },
    undrawn: [{ number: 2, amountPence: 608_400 }],
    ...change,
  });
