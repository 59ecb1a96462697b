import type { Chance } from './chance.js';

/** How the two years go for a setting; most go all the way. */
export interface Fate {
  readonly planReturned: boolean;
  readonly planAbandoned: boolean;
  readonly offerLeftOpen: boolean;
  /** The number of the first report that is never submitted; nothing follows it. */
  readonly silentFrom: number;
  /** Leaves after its first tranche. */
  readonly withdraws: boolean;
}

/** All the way, without a hitch. */
export const SMOOTH: Fate = {
  ...{ planReturned: false, planAbandoned: false, offerLeftOpen: false, withdraws: false },
  silentFrom: Infinity,
};

export function fateOf(chance: Chance): Fate {
  const planReturned = chance.happens(0.25, 'plan returned');
  return {
    planReturned,
    planAbandoned: planReturned && chance.happens(0.15, 'plan abandoned'),
    offerLeftOpen: chance.happens(0.04, 'offer left open'),
    withdraws: chance.happens(0.05, 'withdraws'),
    silentFrom: chance.happens(0.08, 'silent from 1') ? 1 : chance.happens(0.14, 'silent from 2') ? 2 : 3,
  };
}
