import type { AuditDocument } from './audits.projection.js';

/** How one feature moved for one group since the last cycle; `null` where it was not rated, or not in both. */
export interface RatingChange {
  readonly feature: string;
  /** `null` for the whole workforce. */
  readonly group: string | null;
  readonly last: number | null;
  readonly now: number | null;
  readonly change: number | null;
}

export interface AuditComparison {
  readonly programmeId: string;
  readonly urn: string;
  readonly cycle: number;
  /** The cycle before it; `null` for the first. */
  readonly lastCycle: number | null;
  readonly ratings: readonly RatingChange[];
}

type Rated = Pick<AuditDocument, 'programmeId' | 'urn' | 'cycle' | 'ratings'>;

/** In the order of this cycle's ratings; then those that only the last one has. */
export function compared(now: Rated, last: Rated | undefined): AuditComparison {
  const { programmeId, urn, cycle } = now;
  const rows = new Map<string, RatingChange>();
  const key = (feature: string, group: string | null): string => `${feature} ${group ?? ''}`;
  for (const { feature, group, rating } of now.ratings) {
    rows.set(key(feature, group), { feature, group, last: null, now: rating, change: null });
  }
  for (const { feature, group, rating } of last?.ratings ?? []) {
    const after = rows.get(key(feature, group))?.now ?? null;
    const change = after === null ? null : after - rating;
    rows.set(key(feature, group), { feature, group, last: rating, now: after, change });
  }
  return { programmeId, urn, cycle, lastCycle: last?.cycle ?? null, ratings: [...rows.values()] };
}
