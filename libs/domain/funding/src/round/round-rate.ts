import { Type, type Static } from 'typebox';
import type { Rate } from './share-of-budget.js';

/** Pence for a ten-thousandth of a full-time equivalent teacher, an exact fraction of two whole numbers in decimal digits. */
export const RoundRate = Type.Object({ numerator: Type.String(), denominator: Type.String() });
export type RoundRate = Static<typeof RoundRate>;

export function roundRate({ numerator, denominator }: Rate): RoundRate {
  return { numerator: numerator.toString(), denominator: denominator.toString() };
}

const TEN_THOUSAND = 10_000n;

/** Pence for one full-time equivalent teacher, to the penny below: for people to read, never to reckon with. */
export function penceForATeacher({ numerator, denominator }: RoundRate): number {
  return Number((BigInt(numerator) * TEN_THOUSAND) / BigInt(denominator));
}
