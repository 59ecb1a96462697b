import type { EventReference } from '#kernel';
import { given, person, type Given } from '#testing';
import { fact, facts, of, offered, policy, reference, setting } from './allocation.fixture.js';
import {
  allocationRevised,
  trancheApproved,
  trancheProposed,
  trancheReleased,
  type AllocationEvent,
} from './allocation.events.js';
import { allocation } from './allocation.js';
import type { ReviseAllocationCommand } from './revisions.js';

export const ola = person('ola', 'operations');
export const corrected = { ...fact('WorkforceFigureVerified'), suppressedAs: null };
export const revise = (fte: string | null, change: Partial<ReviseAllocationCommand['data']> = {}) => {
  const { reservation: _, ...known } = facts;
  const rest = {
    rule: 'same',
    reason: 'a part-timer counted twice',
    revisionId: 'v1',
    keptPence: 9_999_999,
  } as const;
  return {
    type: 'ReviseAllocation' as const,
    data: { ...known, figure: { ...corrected, fte }, ...rest, ...change },
  };
};

/** The event that says what an allocation was offered as, as those that correct it name it. */
export function named(...past: readonly Given<AllocationEvent>[]): EventReference {
  const { state } = given(allocation, ...past);
  if (state.status === 'none') throw new Error('nothing offered');
  return (state.revisions.at(-1) ?? state.offer).event;
}

export const revised = (
  fte: string,
  { amounts, ...change }: { amounts: readonly (readonly [number, number])[] } & Record<string, unknown>,
) => {
  const amountPence = amounts.reduce((sum, [, pence]) => sum + pence, 0);
  const tranches = amounts.map(([fromPence, pence], index) => ({
    ...offered.data.tranches[index]!,
    ...{ amountPence: pence, fromPence },
  }));
  return allocationRevised({
    ...{ ...setting, reservationId: 'r1', revision: 1, revisionId: 'v1', corrects: named(offered) },
    ...{ reason: 'a part-timer counted twice', fte, figure: corrected.event, policy },
    ...{ programme: reference('ProgrammeCreated'), rate: null, fromPence: 1_521_000, acceptBy: null },
    ...{ unclampedPence: amountPence, duePence: amountPence, amountPence, tranches },
    ...change,
  });
};

/** A tranche from its proposal to its release, signed by three. */
export const drawn = (number: number, amountPence = of(number).amountPence) => [
  [trancheProposed(of(number, amountPence)), { by: person('pia') }] as const,
  [trancheApproved({ ...of(number, amountPence), authority: null }), { by: person('ada') }] as const,
  [trancheReleased(of(number, amountPence)), { by: person('rex') }] as const,
];
