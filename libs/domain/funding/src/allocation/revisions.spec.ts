import { formatPence } from '#kernel';
import { given, person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  accepted,
  accountsOf,
  fact,
  facts,
  inOrder,
  of,
  offered,
  policy,
  ready,
  reference,
  setting,
} from './allocation.fixture.js';
import {
  allocationRevised,
  offerAccepted,
  revisionAbandoned,
  trancheApproved,
  trancheProposed,
  trancheReleased,
  type AllocationEvent,
} from './allocation.events.js';
import { allocation } from './allocation.js';
import { allocationClosed, reclaimApproved, reclaimProposed, reclaimWithdrawn } from './money-back.events.js';
import { overpaidPence, releasedPence } from './allocation-state.js';
import { drawn, ola, revise, revised } from './revision.fixture.js';
import { revisable } from './revisions.js';

describe('a mistaken figure', () => {
  it('is put right downwards, before the offer is accepted', () => {
    const down = revised('20', {
      amounts: [
        [912_600, 780_000],
        [608_400, 520_000],
      ],
    });
    given(allocation, offered).when(revise('20'), { by: ola }).then(down);
    const accept = { type: 'AcceptOffer', data: { standing: inOrder } } as const;
    given(allocation, offered, down)
      .when(accept)
      .then(offerAccepted({ ...accepted.data, amountPence: 1_300_000 }));
  });

  it('is put right upwards, after it was accepted', () => {
    const up = revised('30', {
      amounts: [
        [912_600, 1_170_000],
        [608_400, 780_000],
      ],
    });
    given(allocation, offered, accepted).when(revise('30'), { by: ola }).then(up);
  });

  it('is put right only as far as the fund has set money aside for it', () => {
    const { message } = given(allocation, offered)
      .when(revise('30', { keptPence: 1_521_000 }))
      .thenRefused('ALLOCATION.RESERVATION_DIFFERS');
    expect(message).toContain('£15,210.00 is kept for setting 124570, but by the figures as they are now');
  });

  it('takes back the signatures that were given for another amount, and says why', () => {
    const past = [...ready, trancheProposed(of(1)), trancheApproved({ ...of(1), authority: null })];
    const down = revised('20', {
      amounts: [
        [912_600, 780_000],
        [608_400, 520_000],
      ],
    });
    const after = given(allocation, ...past, [down, { by: ola }]);
    const { message } = after
      .when({ type: 'ReleaseTranche', data: { number: 1, standing: inOrder } })
      .thenRefused('TRANCHE.NOT_APPROVED');
    expect(message).toContain('ola revised its amount (a part-timer counted twice)');
    after
      .when({ type: 'ProposeTranche', data: { number: 1, standing: inOrder } })
      .then(trancheProposed({ ...of(1), amountPence: 780_000 }));
  });
});

describe('what was released', () => {
  it('stays; the rest is shared out among what is left', () => {
    given(allocation, ...ready, ...drawn(1))
      .when(revise('20'))
      .then(
        revised('20', {
          amounts: [
            [912_600, 912_600],
            [608_400, 387_400],
          ],
        }),
      );
  });

  it('is too much where less is due: nothing more is paid, and the difference is asked back', () => {
    const lower = { ...policy, version: 2, floorPence: 0 };
    const programme = { ...fact('AllocationPolicyReplaced'), policy: lower, tranches: [] };
    const down = revised('10', {
      ...{ unclampedPence: 650_000, duePence: 650_000, policy: lower, programme: programme.event },
      amounts: [
        [912_600, 912_600],
        [608_400, 0],
      ],
    });
    const past = [...ready, ...drawn(1)];
    given(allocation, ...past)
      .when(revise('10', { rule: 'in-force', programme }))
      .then(down);
    const after = given(allocation, ...past, down);
    expect(after.state.status === 'none' ? 0 : overpaidPence(after.state)).toBe(262_600);
    after
      .when({ type: 'ProposeTranche', data: { number: 2, standing: inOrder } })
      .thenRefused('TRANCHE.NOTHING_DUE');
  });

  it('is not closed over before the difference is back, asked for or let go', () => {
    const past = [...ready, ...drawn(1)];
    const down = revised('10', {
      ...{ unclampedPence: 650_000, duePence: 650_000, policy: { ...policy, version: 2, floorPence: 0 } },
      amounts: [
        [912_600, 912_600],
        [608_400, 0],
      ],
    });
    const paid = [{ number: 1, settled: fact('PaymentSettled') }];
    const close = {
      type: 'CloseAllocation',
      data: { reason: 'the year is over', paid, accounts: accountsOf(912_600) },
    } as const;
    const claim = { ...setting, reclaim: 1, number: 1, amountPence: 262_600 };
    const proposed = [reclaimProposed({ ...claim, reason: 'too much' }), { by: person('pia') }] as const;
    const approved = [reclaimApproved(claim), { by: person('ada') }] as const;
    const withdrawn = reclaimWithdrawn({ ...claim, outcome: 'let-go', reason: 'the setting is insolvent' });
    const refusal = given(allocation, ...past, down)
      .when(close)
      .thenRefused('ALLOCATION.UNFINISHED');
    expect(refusal.message).toContain('£2,626.00 was released beyond what is due');
    // Nobody had asked for it when it was taken back: it was not let go.
    given(allocation, ...past, down, proposed, withdrawn)
      .when(close)
      .thenRefused('ALLOCATION.UNFINISHED');
    given(allocation, ...past, down, proposed, approved, withdrawn)
      .when(close)
      .then(
        allocationClosed({
          carriedTo: null,
          ...{
            ...setting,
            reservationId: 'r1',
            reason: 'the year is over',
            undrawn: [{ number: 2, amountPence: 0 }],
          },
          ...{ amountPence: 912_600, releasedPence: 912_600, costPence: 912_600 },
          ...{ reclaimedPence: 0, returnedPence: 0 },
        }),
      );
    // What was let go before is not this.
    given(allocation, ...past, proposed, approved, withdrawn, down)
      .when(close)
      .thenRefused('ALLOCATION.UNFINISHED');
  });

  it('is followed by a further tranche where all of them were', () => {
    const met = {
      type: 'ConditionMet',
      data: { ...setting, condition: 'report-1-accepted', evidence: reference('r') },
    };
    const past = [...ready, ...drawn(1), met as never, ...drawn(2)];
    const up = revised('30', {
      amounts: [
        [912_600, 912_600],
        [608_400, 608_400],
      ],
      ...{ unclampedPence: 1_950_000, duePence: 1_950_000, amountPence: 1_950_000 },
    });
    const further = { number: 3, shareBasisPoints: 0, conditions: ['report-1-accepted'] };
    const tranches = [...up.data.tranches, { ...further, amountPence: 429_000, fromPence: 0 }];
    const event = allocationRevised({ ...up.data, tranches });
    given(allocation, ...past)
      .when(revise('30'))
      .then(event);
    given(allocation, ...past, event)
      .when({ type: 'ProposeTranche', data: { number: 3, standing: inOrder } })
      .then(trancheProposed(of(3, 429_000)));
  });
});

describe('a mistaken policy', () => {
  const dearer = { ...policy, version: 2, ratePencePerFte: 70_000 };
  const inForce = { ...fact('AllocationPolicyReplaced'), policy: dearer, tranches: [] };

  it('is put right by the one in force on the day, with the same figure', () => {
    const figure = facts.figure;
    const { state } = given(allocation, offered);
    const by = revise('23.4', { rule: 'in-force', programme: inForce, figure }).data;
    expect(revisable(by, 'in-force', state)).toMatchObject({
      ...{ duePence: 1_638_000, amountPence: 1_638_000, rate: null },
      policy: { version: 2 },
      programme: inForce.event,
    });
  });

  it('is not one that shares a budget out: its rate is that of a round', () => {
    const share = { kind: 'share-of-budget', version: 2, floorPence: 1, capPence: 5 } as const;
    given(allocation, offered)
      .when(revise('23.4', { rule: 'in-force', programme: { ...inForce, policy: share } }))
      .thenRefused('ALLOCATION.BY_ROUND_ONLY');
  });

  it('of a round is worked out at the rate of the round, within its floor and cap', () => {
    const share = { kind: 'share-of-budget', version: 1, floorPence: 100_000, capPence: 5_000_000 } as const;
    // £700 and a third of a penny for a teacher.
    const rate = { numerator: '210001', denominator: '30000' };
    const round = { number: 1, hash: 'h', adoption: reference('AllocationRoundAdopted'), rate };
    const { state } = given(allocation, { ...offered, data: { ...offered.data, policy: share, round } });
    const due = (fte: string) => revisable(revise(fte).data, 'same', state);
    expect(due('3')).toMatchObject({ unclampedPence: 210_001, duePence: 210_001, rate });
    expect(due('1')).toMatchObject({ unclampedPence: 70_000, duePence: 100_000 });
  });
});

describe('a revision', () => {
  it('is refused where nothing stands, or nothing is to correct', () => {
    given(allocation).when(revise('20')).thenRefused('ALLOCATION.NOT_OFFERED');
    const same = revise('23.4', { figure: facts.figure });
    given(allocation, offered).when(same).thenRefused('ALLOCATION.NOTHING_TO_REVISE');
    given(allocation, offered).when(revise(null)).thenRefused('ALLOCATION.FTE_UNKNOWN');
    given(allocation, offered)
      .when(revise('20', { figure: null }))
      .thenRefused('ALLOCATION.FTE_UNKNOWN');
    given(allocation, offered)
      .when(revise('20', { reason: ' ' }))
      .thenRefused('ALLOCATION.MALFORMED');
    given(allocation, offered)
      .when(revise('20', { rule: 'in-force', programme: null }))
      .thenRefused('PROGRAMME.NOT_FOUND');
    given(allocation, offered).when(revise('20'), { at: '2023-12-01' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('is refused while the programme is paused, and for a part that has ended', () => {
    const paused = { since: fact('ProgrammePaused').occurredAt, reason: 'a review' };
    const programme = { ...facts.programme, paused } as never;
    given(allocation, offered).when(revise('20', { programme })).thenRefused('PROGRAMME.PAUSED');
    const participation = { ...facts.participation, ended: 'has withdrawn' };
    given(allocation, offered)
      .when(revise('20', { participation }))
      .thenRefused('ALLOCATION.PARTICIPATION_ENDED');
  });

  it('is recorded where the figure was a mistake and the amount is not', () => {
    const amounts = [
      [912_600, 912_600],
      [608_400, 608_400],
    ] as const;
    given(allocation, offered).when(revise('23.40')).then(revised('23.40', { amounts }));
  });

  it('that took too long is fenced, so that its money can be given back', () => {
    const data = { ...setting, reservationId: 'r1', revisionId: 'v1', reason: 'never made' };
    const abandon = { type: 'AbandonRevision', data } as const;
    given(allocation, offered).when(abandon).then(revisionAbandoned(data));
    given(allocation, offered, revisionAbandoned(data))
      .when(revise('20'))
      .thenRefused('ALLOCATION.REVISION_ABANDONED');
    const amounts = [
      [912_600, 780_000],
      [608_400, 520_000],
    ] as const;
    given(allocation, offered, revised('20', { amounts }))
      .when(abandon)
      .thenRefused('ALLOCATION.REVISION_MADE');
  });

  it('always adds up, leaves what was released as it was, and is what is due wherever it can be', () => {
    const released = fc.constantFrom(0, 1, 2);
    const fte = fc
      .integer({ min: 1, max: 99_999 })
      .map((tenths) => `${Math.floor(tenths / 10)}.${tenths % 10}`);
    fc.assert(
      fc.property(released, fc.array(fte, { minLength: 1, maxLength: 4 }), (count, figures) => {
        const met = {
          type: 'ConditionMet',
          data: { ...setting, condition: 'report-1-accepted', evidence: reference('r') },
        };
        const drawn = [trancheReleased(of(1)), met as never, trancheReleased(of(2))].slice(
          0,
          [0, 1, 3][count],
        );
        let past: readonly AllocationEvent[] = [...ready, ...drawn];
        for (const [index, figure] of figures.entries()) {
          const { state } = given(allocation, ...past);
          if (state.status === 'none') throw new Error('nothing offered');
          const { data } = revise(figure, {
            revisionId: `v${index}`,
            figure: {
              ...fact('WorkforceFigureVerified', '2024-01-01', String(index)),
              fte: figure,
              suppressedAs: null,
            },
          });
          const decided = allocation.decide(
            { type: 'ReviseAllocation', data, by: ola, at: fact('x', '2024-01-02').occurredAt },
            state,
          );
          if ('refused' in decided) throw new Error(decided.message);
          past = [...past, ...decided];
          const { state: after } = given(allocation, ...past);
          if (after.status === 'none') throw new Error('nothing offered');
          const sum = after.tranches.reduce((total, { amountPence }) => total + amountPence, 0);
          expect(formatPence(sum)).toBe(formatPence(after.amountPence));
          expect(releasedPence(after)).toBe(releasedPence(state));
          expect(after.amountPence).toBe(Math.max(after.duePence, releasedPence(after)));
        }
      }),
    );
  });
});
