import { given, person, type Given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import {
  allocationOffered,
  trancheApproved,
  trancheProposed,
  trancheReleased,
  type AllocationEvent,
} from './allocation.events.js';
import { accepted, inOrder, met, of, offered, ready, revoked } from './allocation.fixture.js';
import { allocation } from './allocation.js';

const amina = person('amina', 'operations');
const rhys = person('rhys', 'approver');
const noor = person('noor', 'payer');
const proposed: Given<AllocationEvent> = [trancheProposed(of(1)), { by: amina }];
const approved: Given<AllocationEvent> = [trancheApproved({ ...of(1), authority: null }), { by: rhys }];
const released: Given<AllocationEvent> = [trancheReleased(of(1)), { by: noor }];
const propose = (number: number) =>
  ({ type: 'ProposeTranche', data: { number, standing: inOrder } }) as const;
const approve = (number: number) =>
  ({ type: 'ApproveTranche', data: { number, standing: inOrder } }) as const;
const release = (number: number) =>
  ({ type: 'ReleaseTranche', data: { number, standing: inOrder } }) as const;

describe.each([
  ['proposing', propose],
  ['approving', approve],
  ['releasing', release],
] as const)('%s a tranche', (_, sign) => {
  it('is refused while nothing is offered or accepted', () => {
    given(allocation).when(sign(1)).thenRefused('ALLOCATION.NOT_OFFERED');
    given(allocation, offered).when(sign(1)).thenRefused('ALLOCATION.NOT_ACCEPTED');
  });
  it('is refused for a tranche that is not there', () => {
    expect(
      given(allocation, ...ready)
        .when(sign(3))
        .thenRefused('TRANCHE.UNKNOWN').kind,
    ).toBe('not-found');
    for (const number of [0, -1, 1.5, Number.NaN]) {
      given(allocation, ...ready)
        .when(sign(number))
        .thenRefused('TRANCHE.NUMBER');
    }
  });
  it('is refused while a condition is not met, and says which all are not', () => {
    const refusal = given(allocation, offered, accepted)
      .when(sign(1))
      .thenRefused('TRANCHE.AGREEMENT_NOT_ACCEPTED');
    expect(refusal.message).toContain('the action plan is not approved');
    given(allocation, offered, accepted, met('agreement-accepted'))
      .when(sign(1))
      .thenRefused('TRANCHE.PLAN_NOT_APPROVED');
    given(allocation, ...ready)
      .when(sign(2))
      .thenRefused('TRANCHE.REPORT_NOT_ACCEPTED');
  });
  it('is refused again once a condition is undone, whoever has signed', () => {
    given(allocation, ...ready, proposed, approved, revoked('plan-approved', '1'))
      .when(sign(1), { by: noor })
      .thenRefused('TRANCHE.PLAN_NOT_APPROVED');
  });
  it('cannot have happened before the condition was met', () => {
    const history = [offered, accepted, met('agreement-accepted')];
    const late: Given<AllocationEvent> = [met('plan-approved'), { at: '2024-02-01' }];
    given(allocation, ...history, late, proposed, approved)
      .when(sign(1), { by: person('somebody else'), at: '2024-01-31' })
      .thenRefused(
        sign === propose
          ? 'TRANCHE.ALREADY_PROPOSED'
          : sign === approve
            ? 'TRANCHE.ALREADY_APPROVED'
            : 'TIME.BEFORE_ITS_FACTS',
      );
  });
});

describe('proposing', () => {
  it('is the first signature', () => {
    given(allocation, ...ready)
      .when(propose(1), { by: amina })
      .then(trancheProposed(of(1)));
  });
  it('is not done twice by two', () => {
    const refusal = given(allocation, ...ready, proposed)
      .when(propose(1), { by: rhys })
      .thenRefused('TRANCHE.ALREADY_PROPOSED');
    expect(refusal.message).toContain('amina');
  });
  it('cannot have happened before the acceptance', () => {
    given(
      allocation,
      offered,
      [accepted, { at: '2024-02-01' }],
      met('agreement-accepted'),
      met('plan-approved'),
    )
      .when(propose(1), { by: amina, at: '2024-01-20' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('approving', () => {
  it('is the second signature', () => {
    given(allocation, ...ready, proposed)
      .when(approve(1), { by: rhys })
      .then(trancheApproved({ ...of(1), authority: null }));
  });
  it('waits for a proposal', () => {
    given(allocation, ...ready)
      .when(approve(1), { by: rhys })
      .thenRefused('TRANCHE.NOT_PROPOSED');
  });
  it('is refused to who proposed, whatever role they act in', () => {
    const refusal = given(allocation, ...ready, proposed)
      .when(approve(1), { by: person('amina', 'approver') })
      .thenRefused('TRANCHE.SECOND_SIGNATURE');
    expect(refusal.kind).toBe('not-allowed');
    expect(refusal.message).toContain('amina proposed it');
  });
  it('takes the same subject of another issuer for another person', () => {
    given(allocation, ...ready, proposed)
      .when(approve(1), { by: { ...amina, issuer: 'https://elsewhere.test' } })
      .then(trancheApproved({ ...of(1), authority: null }));
  });
  it('is not done twice by two, nor before the proposal', () => {
    given(allocation, ...ready, proposed, approved)
      .when(approve(1), { by: noor })
      .thenRefused('TRANCHE.ALREADY_APPROVED');
    given(allocation, ...ready, [trancheProposed(of(1)), { by: amina, at: '2024-02-01' }])
      .when(approve(1), { by: rhys, at: '2024-01-31' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('releasing', () => {
  const signed = [...ready, proposed, approved];

  it('is the third signature', () => {
    given(allocation, ...signed)
      .when(release(1), { by: noor })
      .then(trancheReleased(of(1)));
  });
  it('waits for the approval', () => {
    given(allocation, ...ready)
      .when(release(1), { by: noor })
      .thenRefused('TRANCHE.NOT_APPROVED');
    given(allocation, ...ready, proposed)
      .when(release(1), { by: noor })
      .thenRefused('TRANCHE.NOT_APPROVED');
  });
  it.each([amina, rhys])('is refused to who signed before: %p', (by) => {
    const refusal = given(allocation, ...signed)
      .when(release(1), { by })
      .thenRefused('TRANCHE.SECOND_SIGNATURE');
    expect(refusal.message).toContain('amina proposed it, rhys approved it');
    expect(refusal.details).toMatchObject({ proposedBy: 'amina', approvedBy: 'rhys' });
  });
  it.each(['AMINA', 'ａｍｉｎａ', 'am\u200bina', 'amina\u2800', ' rhys', 'RHYS\u200d', 'rhysa'])(
    'is refused to who signed before, spelt another way, and to nobody else: %j',
    (subject) => {
      const decided = given(allocation, ...signed).when(release(1), { by: person(subject, 'payer') });
      if (subject === 'rhysa') decided.then(trancheReleased(of(1)));
      else decided.thenRefused('TRANCHE.SECOND_SIGNATURE');
    },
  );
  it('happens once', () => {
    given(allocation, ...signed, released)
      .when(release(1), { by: person('omar', 'payer') })
      .thenRefused('TRANCHE.ALREADY_RELEASED');
  });
  it('cannot have happened before the approval', () => {
    given(allocation, ...ready, proposed, [
      trancheApproved({ ...of(1), authority: null }),
      { by: rhys, at: '2024-02-01' },
    ])
      .when(release(1), { by: noor, at: '2024-01-31' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
  it('goes in the order of the numbers', () => {
    const second: Given<AllocationEvent>[] = [
      met('report-1-accepted'),
      [trancheProposed(of(2)), { by: amina }],
      [trancheApproved({ ...of(2), authority: null }), { by: rhys }],
    ];
    given(allocation, ...signed, ...second)
      .when(release(2), { by: noor })
      .thenRefused('TRANCHE.EARLIER_NOT_RELEASED');
    given(allocation, ...signed, ...second, [trancheReleased(of(1)), { by: noor, at: '2024-03-01' }])
      .when(release(2), { by: noor, at: '2024-02-01' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(allocation, ...signed, ...second, released)
      .when(release(2), { by: noor })
      .then(trancheReleased(of(2)));
  });
  it('never goes above what is allocated, even on a history that would', () => {
    const greedy = allocationOffered({
      ...offered.data,
      tranches: [{ number: 1, shareBasisPoints: 10_000, amountPence: 1_521_001, conditions: [] }],
    });
    given(allocation, greedy, accepted, proposed, approved)
      .when(release(1), { by: noor })
      .thenRefused('TRANCHE.OVER_ALLOCATION');
  });
  it('stands, whatever is undone afterwards', () => {
    given(allocation, ...signed, released, revoked('plan-approved', '1'))
      .when(release(1), { by: noor })
      .thenNothing();
  });
});

describe('signatures rest on the conditions of then', () => {
  const again = [...ready, proposed, approved, revoked('plan-approved', '1'), met('plan-approved', '3')];

  it('and fall with them: who pays is told why', () => {
    const refusal = given(allocation, ...again)
      .when(release(1), { by: noor })
      .thenRefused('TRANCHE.NOT_APPROVED');
    expect(refusal.message).toContain('its signatures fell when that the action plan is approved was undone');
  });
  it('also when other evidence takes the place of the first', () => {
    given(allocation, ...ready, proposed, approved, met('plan-approved', '3'))
      .when(release(1), { by: noor })
      .thenRefused('TRANCHE.NOT_APPROVED');
  });
  it('and are given again', () => {
    given(allocation, ...again)
      .when(propose(1), { by: rhys })
      .then(trancheProposed(of(1)));
  });
  it('but a condition of another tranche leaves them', () => {
    given(
      allocation,
      ...ready,
      proposed,
      approved,
      met('report-1-accepted'),
      revoked('report-1-accepted', '1'),
    )
      .when(release(1), { by: noor })
      .then(trancheReleased(of(1)));
  });
});
