// Too much was released, and the difference came back: what comes to be due after all can be paid.
import { given, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  inOrder,
  accountsOf,
  fact,
  met,
  of,
  policy,
  ready,
  reference,
  setting,
} from './allocation.fixture.js';
import { overpaidLeftPence } from './allocation-state.js';
import { trancheProposed, trancheReleaseReversed, type AllocationEvent } from './allocation.events.js';
import { allocation } from './allocation.js';
import {
  receiptReversed,
  reclaimApproved,
  reclaimProposed,
  reclaimReceived,
  reclaimWithdrawn,
  underspendReturned,
} from './money-back.events.js';
import { drawn, revise, revised } from './revision.fixture.js';

const lower = { ...policy, floorPence: 0 };
/** £9,126 of tranche 1 was released, and £6,500 is due. */
const down = revised('10', {
  ...{ unclampedPence: 650_000, duePence: 650_000, policy: lower },
  amounts: [
    [912_600, 912_600],
    [608_400, 0],
  ],
});
const overpaid = [...ready, ...drawn(1), met('report-1-accepted'), down];
const claim = { ...setting, reclaim: 1, number: 1, amountPence: 262_600 };
const asked: readonly Given<AllocationEvent>[] = [
  [reclaimProposed({ ...claim, reason: 'too much' }), { by: person('pia') }],
  [reclaimApproved(claim), { by: person('ada') }],
];
const received = reclaimReceived({ ...claim, receipt: 1, reference: 'BACS 1' });
const isBack = [...overpaid, ...asked, received];
const paid = [{ number: 1, settled: fact('PaymentSettled') }];

/** The revision that is made of a history, as an event of it. */
function revisedFrom(history: readonly Given<AllocationEvent>[], fte = '20'): AllocationEvent {
  const { state } = given(allocation, ...history);
  const revisionId = `v${history.length}`;
  const command = {
    ...revise(fte, { revisionId }),
    by: person('ola'),
    at: fact('x', '2024-02-01').occurredAt,
  };
  const decision = allocation.decide(command, state);
  if ('refused' in decision) throw new Error(decision.message);
  const [event] = decision;
  return event!;
}
const amountsOf = (event: AllocationEvent) =>
  event.type === 'AllocationRevised' ? event.data.tranches.map(({ amountPence }) => amountPence) : [];

describe('an allocation revised up after the difference came back', () => {
  it('has all that is due paid: what came back can be released once more', () => {
    const up = revisedFrom(isBack);
    expect(up.data).toMatchObject({ duePence: 1_300_000, amountPence: 1_562_600 });
    // £6,500 was kept of what was paid, and £6,500 more is due.
    expect(amountsOf(up)).toEqual([912_600, 650_000]);
    const again = [...isBack, up, ...drawn(2, 650_000)];
    const { state } = given(allocation, ...again);
    if (state.status !== 'accepted') throw new Error('it is accepted');
    expect(overpaidLeftPence(state)).toBe(0);
    const both = [...paid, { number: 2, settled: fact('PaymentSettled') }];
    const data = { reason: 'over', paid: both, accounts: accountsOf(1_300_000) };
    expect(
      allocation.decide(
        { type: 'CloseAllocation', data, by: person('ada'), at: fact('x', '2024-03-01').occurredAt },
        state,
      ),
    ).toMatchObject([{ data: { releasedPence: 1_562_600, reclaimedPence: 262_600, costPence: 1_300_000 } }]);
  });

  it('keeps that over a further revision, and nothing of it once the receipt was none', () => {
    const up = revisedFrom(isBack);
    expect(amountsOf(revisedFrom([...isBack, up], '30'))).toEqual([912_600, 1_300_000]);
    const bounced = receiptReversed({
      ...{ ...setting, receipt: 1, reclaim: 1, number: 1, amountPence: 262_600 },
      ...{ reverses: reference('ReclaimReceived'), reason: 'it bounced', reversalId: null },
    });
    const owing = given(allocation, ...isBack, up, bounced)
      .when({ type: 'ProposeTranche', data: { number: 2, standing: inOrder } })
      .thenRefused('TRANCHE.BEYOND_DUE');
    expect(owing.message).toContain('receive what is asked back, or revise the allocation');
  });

  it('waits for what is asked back still; if that is let go of, it comes to what is due without it', () => {
    const open = [...overpaid, ...asked];
    const up = revisedFrom(open);
    expect(amountsOf(up)).toEqual([912_600, 650_000]);
    given(allocation, ...open, up)
      .when({ type: 'ProposeTranche', data: { number: 2, standing: inOrder } })
      .thenRefused('TRANCHE.BEYOND_DUE');
    const after = given(allocation, ...open, up, received);
    after
      .when({ type: 'ProposeTranche', data: { number: 2, standing: inOrder } })
      .then(trancheProposed(of(2, 650_000)));
    const letGo = reclaimWithdrawn({ ...claim, outcome: 'let-go', reason: 'it is due after all' });
    expect(amountsOf(revisedFrom([...open, up, letGo]))).toEqual([912_600, 387_400]);
  });

  it('is not paid once more what came back unspent, of what was due', () => {
    const unspent = underspendReturned({
      ...{ ...setting, receipt: 1, number: 1, amountPence: 50_000 },
      ...{ reference: 'BACS 1', reason: 'fewer teachers' },
    });
    const up = revisedFrom([...ready, ...drawn(1), unspent], '30');
    expect(up.data).toMatchObject({ duePence: 1_950_000, amountPence: 1_950_000 });
    given(allocation, ...ready, ...drawn(1), unspent)
      .when(
        revise('23.4', { figure: { ...fact('WorkforceFigureRecorded'), fte: '23.4', suppressedAs: null } }),
      )
      .thenRefused('ALLOCATION.NOTHING_TO_REVISE');
  });
});

describe('a release that is reversed after less came to be due', () => {
  it('is signed for anew only once the allocation is revised to what is due', () => {
    const reversed = trancheReleaseReversed({
      ...{ ...of(1), reason: 'the account is closed', reverses: reference('TrancheReleased') },
    });
    const past = [...overpaid, reversed];
    given(allocation, ...past)
      .when({ type: 'ProposeTranche', data: { number: 1, standing: inOrder } })
      .thenRefused('TRANCHE.BEYOND_DUE');
    expect(revisedFrom(past, '10').data).toMatchObject({ duePence: 650_000, amountPence: 650_000 });
  });
});
