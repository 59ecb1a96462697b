import { given, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  trancheApprovalRevoked,
  trancheApproved,
  trancheHeld,
  trancheProposalRefused,
  trancheProposalWithdrawn,
  trancheProposed,
  trancheReleased,
  trancheReleaseReversed,
  trancheResumed,
  type AllocationEvent,
} from './allocation.events.js';
import { accepted, accountsOf, inOrder, met, of, offered, ready, revoked } from './allocation.fixture.js';
import { allocation } from './allocation.js';
import { allocationClosed } from './money-back.events.js';

const amina = person('amina', 'operations');
const rhys = person('rhys', 'approver');
const noor = person('noor', 'payer');
const reason = 'the invoice is of another school';
const told = { ...of(1), reason };
const on = (event: AllocationEvent, by = amina, at?: string): Given<AllocationEvent> => [
  event,
  { by, ...(at === undefined ? {} : { at }) },
];
const proposed = on(trancheProposed(of(1)));
const approved = on(trancheApproved({ ...of(1), authority: null }), rhys);
const released = on(trancheReleased(of(1)), noor);
const refused = trancheProposalRefused(told);
const withdrawn = trancheProposalWithdrawn(told);
const back = trancheApprovalRevoked(told);
const held = trancheHeld(told);
const resumed = trancheResumed(told);

const ask = <T extends string>(type: T, change: object = {}) => ({
  type,
  data: { number: 1, reason, ...change },
});
const refuse = ask('RefuseTrancheProposal' as const);
const withdraw = ask('WithdrawTrancheProposal' as const);
const revoke = ask('RevokeTrancheApproval' as const);
const hold = ask('HoldTranche' as const);
const resume = ask('ResumeTranche' as const);
const propose = { type: 'ProposeTranche', data: { number: 1, standing: inOrder } } as const;
const approve = { type: 'ApproveTranche', data: { number: 1, standing: inOrder } } as const;
const release = { type: 'ReleaseTranche', data: { number: 1, standing: inOrder } } as const;

describe.each([refuse, withdraw, revoke, hold, resume])('$type', (command) => {
  it('needs an accepted offer, a tranche that is there, and a reason', () => {
    given(allocation).when(command).thenRefused('ALLOCATION.NOT_OFFERED');
    given(allocation, offered).when(command).thenRefused('ALLOCATION.NOT_ACCEPTED');
    given(allocation, offered, accepted)
      .when({ ...command, data: { number: 3, reason } })
      .thenRefused('TRANCHE.UNKNOWN');
    for (const empty of ['', '  ', 'x'.repeat(2001)]) {
      const refusal = given(allocation, ...ready, proposed)
        .when({ ...command, data: { number: 1, reason: empty } })
        .thenRefused('TRANCHE.MALFORMED');
      expect(refusal.details['field']).toBe('reason');
    }
  });

  it('comes too late once the tranche is released', () => {
    const refusal = given(allocation, ...ready, proposed, approved, released).when(command, { by: noor });
    if (command.type === 'ResumeTranche') refusal.thenRefused('TRANCHE.NOT_HELD');
    else
      expect(refusal.thenRefused('TRANCHE.ALREADY_RELEASED').message).toContain('released by noor already');
  });
});

describe('refusing a proposal', () => {
  it('is for somebody else than who proposed, who withdraws it', () => {
    given(allocation, ...ready, proposed)
      .when(refuse, { by: rhys })
      .then(refused);
    const refusal = given(allocation, ...ready, proposed)
      .when(refuse, { by: person('amina', 'approver') })
      .thenRefused('TRANCHE.PROPOSER_REFUSES');
    expect(refusal.kind).toBe('not-allowed');
  });

  it('waits for a proposal that nobody has approved', () => {
    given(allocation, ...ready)
      .when(refuse, { by: rhys })
      .thenRefused('TRANCHE.NOT_PROPOSED');
    given(allocation, ...ready, proposed, approved)
      .when(refuse, { by: noor })
      .thenRefused('TRANCHE.ALREADY_APPROVED');
  });

  it('leaves the tranche to be proposed anew, by anybody, and says why it is not', () => {
    const history = [...ready, proposed, on(refused, rhys, '2024-01-01T12:00:00Z')];
    const refusal = given(allocation, ...history)
      .when(approve, { by: noor })
      .thenRefused('TRANCHE.NOT_PROPOSED');
    expect(refusal.message).toContain(`rhys refused the proposal (${reason})`);
    given(allocation, ...history)
      .when(propose, { by: rhys })
      .then(trancheProposed(of(1)));
    given(allocation, ...history)
      .when(propose, { by: amina, at: '2024-01-01T11:00:00Z' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('cannot have happened before the proposal', () => {
    given(allocation, ...ready, on(trancheProposed(of(1)), amina, '2024-02-01'))
      .when(refuse, { by: rhys, at: '2024-01-31' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('withdrawing a proposal', () => {
  it('takes it back before it is approved', () => {
    given(allocation, ...ready, proposed)
      .when(withdraw, { by: amina })
      .then(withdrawn);
    given(allocation, ...ready)
      .when(withdraw, { by: amina })
      .thenRefused('TRANCHE.NOT_PROPOSED');
    given(allocation, ...ready, proposed, approved)
      .when(withdraw, { by: amina })
      .thenRefused('TRANCHE.ALREADY_APPROVED');
    given(allocation, ...ready, proposed, on(withdrawn))
      .when(approve, { by: rhys })
      .thenRefused('TRANCHE.NOT_PROPOSED');
  });
});

describe('revoking an approval', () => {
  it('leaves the proposal, to be approved anew or refused', () => {
    given(allocation, ...ready, proposed, approved)
      .when(revoke, { by: rhys })
      .then(back);
    const history = [...ready, proposed, approved, on(back, rhys)];
    const refusal = given(allocation, ...history)
      .when(release, { by: noor })
      .thenRefused('TRANCHE.NOT_APPROVED');
    expect(refusal.message).toContain('rhys revoked the approval');
    given(allocation, ...history)
      .when(approve, { by: rhys })
      .then(trancheApproved({ ...of(1), authority: null }));
    given(allocation, ...history)
      .when(refuse, { by: rhys })
      .then(refused);
    given(allocation, ...history)
      .when(approve, { by: amina })
      .thenRefused('TRANCHE.SECOND_SIGNATURE');
  });

  it('needs one', () => {
    given(allocation, ...ready, proposed)
      .when(revoke, { by: rhys })
      .thenRefused('TRANCHE.NOT_APPROVED');
  });
});

describe('holding a tranche', () => {
  it('stops every signature until it is resumed; those given stand', () => {
    given(allocation, ...ready)
      .when(hold, { by: rhys })
      .then(held);
    for (const [history, sign, by] of [
      [[], propose, amina],
      [[proposed], approve, rhys],
      [[proposed, approved], release, noor],
    ] as const) {
      const refusal = given(allocation, ...ready, ...history, on(held, rhys))
        .when(sign, { by })
        .thenRefused('TRANCHE.HELD');
      expect(refusal.message).toBe(
        `tranche 1 is held by rhys: ${reason}; nobody signs it until it is resumed`,
      );
    }
    given(allocation, ...ready, proposed, approved, on(held, rhys), on(resumed, rhys))
      .when(release, { by: noor })
      .then(trancheReleased(of(1)));
  });

  it('is done once, by one person', () => {
    given(allocation, ...ready, on(held, rhys))
      .when(hold, { by: noor })
      .thenRefused('TRANCHE.HELD');
    given(allocation, ...ready)
      .when(resume)
      .thenRefused('TRANCHE.NOT_HELD');
    given(allocation, ...ready, on(held, rhys))
      .when(resume, { by: noor })
      .then(resumed);
  });

  it('lets a proposal be refused and an approval be revoked meanwhile', () => {
    given(allocation, ...ready, proposed, on(held, rhys))
      .when(refuse, { by: rhys })
      .then(refused);
    given(allocation, ...ready, proposed, approved, on(held, rhys))
      .when(revoke, { by: rhys })
      .then(back);
  });

  it('has its place in time: nothing is signed before a hold ended, no hold ends before it began', () => {
    const history = [...ready, proposed, on(held, rhys, '2024-01-05')];
    given(allocation, ...history)
      .when(resume, { by: rhys, at: '2024-01-04' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(allocation, ...history, on(resumed, rhys, '2024-01-08'))
      .when(approve, { by: rhys, at: '2024-01-07' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('stays when a condition is undone', () => {
    given(allocation, ...ready, proposed, on(held, rhys), revoked('plan-approved', '1'))
      .when(resume, { by: rhys })
      .then(resumed);
  });
});

describe('a release', () => {
  const reverse = (payment?: object, later?: object) =>
    ({ type: 'ReverseRelease', data: { number: 1, reason, payments: { 1: payment, 2: later } } }) as never;
  const past = [...ready, proposed, approved, released];
  const standing = (status: string, differs = false) => ({ status, run: 3, answeredAt: undefined, differs });
  const state = given(allocation, ...past).state;
  const release = state.status === 'accepted' ? state.tranches[0]!.released! : undefined;
  const reversed = trancheReleaseReversed({ ...told, reverses: release!.event });

  it('is reversed by another person while the bank was not told to pay it, or would not', () => {
    given(allocation, ...past)
      .when(reverse(), { by: rhys })
      .then(reversed);
    given(allocation, ...past)
      .when(reverse(standing('failed')), { by: rhys })
      .then(reversed);
    given(allocation, ...past)
      .when(reverse(), { by: noor })
      .thenRefused('TRANCHE.SECOND_SIGNATURE');
  });

  it.each([
    ['in-run', 'TRANCHE.IN_A_RUN', 'payment run 3'],
    ['instructed', 'TRANCHE.BEING_PAID', 'has not answered'],
    ['settled', 'TRANCHE.PAID', 'reclaim'],
  ])('is not reversed while its payment is %s', (status, code, says) => {
    const refused = given(allocation, ...past)
      .when(reverse(standing(status)), { by: rhys })
      .thenRefused(code);
    expect(refused.message).toContain(says);
  });

  it('is not reversed while the bank names another amount than it was told to pay', () => {
    const refused = given(allocation, ...past)
      .when(reverse(standing('instructed', true)), { by: rhys })
      .thenRefused('TRANCHE.BEING_PAID');
    expect(refused.message).toContain(
      'has not answered with the amount it was told: that is to be cleared up first',
    );
  });

  it('that was reversed is signed by three people again, and what was released after it goes first', () => {
    const after = given(allocation, ...past, on(reversed, rhys));
    after
      .when({ type: 'ReleaseTranche', data: { number: 1, standing: inOrder } }, { by: noor })
      .thenRefused('TRANCHE.NOT_APPROVED');
    after
      .when({ type: 'ApproveTranche', data: { number: 1, standing: inOrder } }, { by: rhys })
      .thenRefused('TRANCHE.NOT_PROPOSED');
    after
      .when({ type: 'ProposeTranche', data: { number: 1, standing: inOrder } }, { by: amina })
      .then(trancheProposed(of(1)));
    given(allocation, ...ready)
      .when(reverse(), { by: rhys })
      .thenRefused('TRANCHE.NOT_RELEASED');
    const second = [
      met('report-1-accepted'),
      on(trancheProposed(of(2))),
      on(trancheApproved({ ...of(2), authority: null }), rhys),
      on(trancheReleased(of(2)), noor),
    ];
    for (const later of [undefined, standing('in-run'), standing('instructed'), standing('failed')]) {
      given(allocation, ...past, ...second)
        .when(reverse(standing('failed'), later), { by: rhys })
        .thenRefused('TRANCHE.LATER_RELEASED');
    }
    // What is paid is never reversed, so that the earlier one would wait for it for ever.
    given(allocation, ...past, ...second)
      .when(reverse(standing('failed'), standing('settled')), { by: rhys })
      .then(reversed);
  });

  it('that can never be paid stands in the way of closing until it is reversed', () => {
    const close = {
      type: 'CloseAllocation',
      data: { reason: 'it has left', paid: [], accounts: accountsOf(0) },
    } as const;
    given(allocation, ...past)
      .when(close)
      .thenRefused('ALLOCATION.UNFINISHED');
    given(allocation, ...past, on(reversed, rhys))
      .when(close)
      .then(
        allocationClosed({
          ...{ programmeId: of(1).programmeId, urn: of(1).urn, reservationId: 'r1', amountPence: 1_521_000 },
          ...{ releasedPence: 0, reclaimedPence: 0, returnedPence: 0, costPence: 0, reason: 'it has left' },
          undrawn: [
            { number: 1, amountPence: 912_600 },
            { number: 2, amountPence: 608_400 },
          ],
          carriedTo: null,
        }),
      );
  });
});
