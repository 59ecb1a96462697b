import type { Share, StageMeasure } from './measures.schema.js';

const HOUR = 3_600_000;

export function shareOf(numerator: number, denominator: number): Share {
  const basisPoints = denominator === 0 ? null : Number((BigInt(numerator) * 10_000n) / BigInt(denominator));
  return { numerator, denominator, basisPoints };
}

/** Shortest, middle and longest of some durations in milliseconds; of an even number, the middle is halfway between two. */
export function hoursOf(durations: readonly number[]): StageMeasure['hours'] {
  if (durations.length === 0) return null;
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? 0;
  const upper = Math.floor(sorted.length / 2);
  const lower = sorted.length % 2 === 1 ? upper : upper - 1;
  const whole = (milliseconds: number): number => Math.floor(milliseconds / HOUR);
  return {
    minimum: whole(at(0)),
    median: whole((at(lower) + at(upper)) / 2),
    maximum: whole(at(sorted.length - 1)),
  };
}
