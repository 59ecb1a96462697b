import { given, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { trancheApproved, trancheProposed, trancheReleased } from './allocation.events.js';
import { fact, inOrder, of, ready, reference } from './allocation.fixture.js';
import { allocation } from './allocation.js';

const ann = person('ann', 'approver');
const bob = person('bob', 'approver');
const cyd = person('cyd', 'payer');
const dot = person('dot', 'operations');
const rules = {
  setBy: fact('FundingRulesSet'),
  defaultLimitPence: 500_000,
  limits: [{ subject: 'ann', upToPence: 1_000_000 }],
};
const lent = (from = ann) => ({ delegation: 1, from, made: fact('ApprovalDelegated') });
const approve = (delegations: readonly ReturnType<typeof lent>[] = [], told?: object) => {
  const onTheDay = { rules, delegations };
  const approval = { onTheDay, now: { ...onTheDay, ...told } };
  return { type: 'ApproveTranche', data: { number: 1, standing: inOrder, approval } } as const;
};
const release = { type: 'ReleaseTranche', data: { number: 1, standing: inOrder } } as const;
const proposed = [...ready, [trancheProposed(of(1)), { by: dot }]] as const;
const authority = { limitPence: 1_000_000, rules: reference('FundingRulesSet') };
const own = trancheApproved({ ...of(1), authority: { ...authority, onBehalfOf: null, delegation: null } });
const onBehalf = trancheApproved({
  ...of(1),
  authority: { ...authority, onBehalfOf: ann, delegation: reference('ApprovalDelegated') },
});

describe('approving a tranche where limits are set', () => {
  it('is for whoever may approve as much', () => {
    given(allocation, ...proposed)
      .when(approve(), { by: ann })
      .then(own);
    const refused = given(allocation, ...proposed)
      .when(approve(), { by: bob })
      .thenRefused('TRANCHE.ABOVE_LIMIT');
    expect(refused.message).toBe(
      'tranche 1, £9,126.00, is above the £5,000.00 up to which bob approves: somebody with a higher limit approves it, or delegates to them',
    );
    expect(refused.kind).toBe('not-allowed');
  });

  it('is done on behalf of one who has delegated, and says so', () => {
    given(allocation, ...proposed)
      .when(approve([lent()]), { by: bob })
      .then(onBehalf);
    given(allocation, ...proposed)
      .when(approve([lent(cyd)]), { by: bob })
      .thenRefused('TRANCHE.ABOVE_LIMIT');
    given(allocation, ...proposed)
      .when(approve([lent(cyd), lent()]), { by: bob })
      .then(onBehalf);
  });

  it('is no earlier than it is told: what they may not approve then, they may not have approved before', () => {
    const lowered = { ...rules, limits: [{ subject: 'ann', upToPence: 900_000 }] };
    given(allocation, ...proposed)
      .when(approve([], { rules: lowered }), { by: ann })
      .thenRefused('TRANCHE.ABOVE_LIMIT');
    given(allocation, ...proposed)
      .when(approve([lent()], { delegations: [] }), { by: bob })
      .thenRefused('TRANCHE.ABOVE_LIMIT');
    // Nor by what came only since.
    const raised = { rules: { ...rules, defaultLimitPence: null } };
    given(allocation, ...proposed)
      .when(approve([], raised), { by: bob })
      .thenRefused('TRANCHE.ABOVE_LIMIT');
  });

  it('rests on no authority of the proposer: a delegation lifts no separation', () => {
    const byAnn = [...ready, [trancheProposed(of(1)), { by: ann }]] as const;
    const refused = given(allocation, ...byAnn)
      .when(approve([lent()]), { by: bob })
      .thenRefused('TRANCHE.SECOND_SIGNATURE');
    expect(refused.message).toContain('on behalf of ann, who proposed it');
    given(allocation, ...proposed)
      .when(approve([lent()]), { by: dot })
      .thenRefused('TRANCHE.SECOND_SIGNATURE');
  });

  it('makes whose authority it was a signatory: they release nothing that was approved for them', () => {
    const past = [...proposed, [onBehalf, { by: bob }]] as const;
    const refused = given(allocation, ...past)
      .when(release, { by: person('Ann', 'payer') })
      .thenRefused('TRANCHE.SECOND_SIGNATURE');
    expect(refused.message).toContain('bob approved it on behalf of Ann');
    given(allocation, ...past)
      .when(release, { by: cyd })
      .then(trancheReleased(of(1)));
  });
});
