import { instant, given, person } from '#testing';
import { describe, it } from '@jest/globals';
import { fact, facts, inOrder, of, offer, ready } from './allocation.fixture.js';
import { trancheApproved, trancheProposed, trancheReleased } from './allocation.events.js';
import { allocation } from './allocation.js';

const paused = { from: instant('2024-01-01'), until: null, reason: 'bank details are audited' };

describe('while the programme is paused', () => {
  it('nothing is offered', () => {
    given(allocation)
      .when(offer({ programme: { ...fact('ProgrammeCreated'), ...facts.programme, paused } }))
      .thenRefused('PROGRAMME.PAUSED');
  });

  it('no tranche is released, and what was released stays so', () => {
    const [ann, bea, cyd] = ['ann', 'bea', 'cyd'].map((one) => person(one));
    const signed = given(
      allocation,
      ...ready,
      [trancheProposed(of(1)), { by: ann! }],
      [trancheApproved({ ...of(1), authority: null }), { by: bea! }],
    );
    const release = { type: 'ReleaseTranche', data: { number: 1, standing: inOrder, paused } } as const;
    signed.when(release, { by: cyd! }).thenRefused('PROGRAMME.PAUSED');
    signed
      .when({ ...release, data: { number: 1, standing: inOrder } }, { by: cyd! })
      .then(trancheReleased(of(1)));
    given(
      allocation,
      ...ready,
      [trancheProposed(of(1)), { by: ann! }],
      [trancheApproved({ ...of(1), authority: null }), { by: bea! }],
      [trancheReleased(of(1)), { by: cyd! }],
    )
      .when(release, { by: cyd! })
      .thenNothing();
  });
});
