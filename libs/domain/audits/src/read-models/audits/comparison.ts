import type { InstrumentVersion } from '../../instrument/instrument.js';
import type { AuditDocument } from './audits.projection.js';

/** How one feature moved for one group since the last cycle; `null` where it was not rated, or not in both. */
export interface RatingChange {
  readonly feature: string;
  /** As the instrument has it. */
  readonly label: string;
  /** `null` for the whole workforce. */
  readonly group: string | null;
  readonly last: number | null;
  readonly now: number | null;
  readonly change: number | null;
  /** Whether the instrument of each cycle asked for it: what it did not ask for could not be rated. */
  readonly askedLast: boolean;
  readonly askedNow: boolean;
}

export interface AuditComparison {
  readonly programmeId: string;
  readonly urn: string;
  readonly cycle: number;
  readonly instrumentVersion: number;
  /** The cycle before it; `null` for the first. */
  readonly lastCycle: number | null;
  readonly lastInstrumentVersion: number | null;
  readonly ratings: readonly RatingChange[];
}

type Rated = Pick<AuditDocument, 'programmeId' | 'urn' | 'cycle' | 'ratings'>;
/** A cycle with the version of the instrument that it rates by. */
export type RatedBy = Rated & { readonly instrument: Pick<InstrumentVersion, 'version' | 'features'> };

/** In the order of this cycle's ratings; then those that only the last one has. */
export function compared(now: RatedBy, last: RatedBy | undefined): AuditComparison {
  const { programmeId, urn, cycle } = now;
  const labels = new Map(
    [...(last?.instrument.features ?? []), ...now.instrument.features].map(({ slug, label }) => [
      slug,
      label,
    ]),
  );
  const asks = (one: RatedBy | undefined, feature: string): boolean =>
    one?.instrument.features.some(({ slug }) => slug === feature) ?? false;
  const rows = new Map<string, RatingChange>();
  const key = (feature: string, group: string | null): string => `${feature} ${group ?? ''}`;
  const row = (
    feature: string,
    group: string | null,
    rating: Pick<RatingChange, 'last' | 'now' | 'change'>,
  ) =>
    rows.set(key(feature, group), {
      ...{ feature, label: labels.get(feature) ?? feature, group, ...rating },
      ...{ askedLast: asks(last, feature), askedNow: asks(now, feature) },
    });
  for (const { feature, group, rating } of now.ratings) {
    row(feature, group, { last: null, now: rating, change: null });
  }
  for (const { feature, group, rating } of last?.ratings ?? []) {
    const after = rows.get(key(feature, group))?.now ?? null;
    row(feature, group, { last: rating, now: after, change: after === null ? null : after - rating });
  }
  return {
    ...{ programmeId, urn, cycle, instrumentVersion: now.instrument.version },
    ...{ lastCycle: last?.cycle ?? null, lastInstrumentVersion: last?.instrument.version ?? null },
    ratings: [...rows.values()],
  };
}
