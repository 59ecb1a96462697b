import type { InstrumentVersion } from '../../instrument/instrument.js';
import type { AuditDocument } from './audits.projection.js';

/** How one feature moved for one group since the last cycle; `null` where it was not rated, or not in both. */
export interface RatingChange {
  readonly feature: string;
  /** As the instrument has it. */
  readonly label: string;
  /** `null` for the whole workforce. */
  readonly group: string | null;
  readonly groupLabel: string | null;
  readonly last: number | null;
  readonly now: number | null;
  readonly change: number | null;
  /** Whether each cycle asked for it, by its instrument and the groups that the setting had: else it could not be rated. */
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

type Rated = Pick<AuditDocument, 'programmeId' | 'urn' | 'cycle' | 'groups' | 'ratings'>;
/** A cycle with the version of the instrument that it rates by. */
export type RatedBy = Rated & {
  readonly instrument: Pick<InstrumentVersion, 'version' | 'features' | 'groups'>;
};

/** In the order of this cycle's ratings; then those that only the last one has. */
export function compared(now: RatedBy, last: RatedBy | undefined): AuditComparison {
  const { programmeId, urn, cycle } = now;
  const labels = labelsOf([...(last?.instrument.features ?? []), ...now.instrument.features]);
  const groupLabels = labelsOf([...(last?.instrument.groups ?? []), ...now.instrument.groups]);
  const rows = new Map<string, RatingChange>();
  const key = (feature: string, group: string | null): string => `${feature} ${group ?? ''}`;
  const row = (
    feature: string,
    group: string | null,
    rating: Pick<RatingChange, 'last' | 'now' | 'change'>,
  ) =>
    rows.set(key(feature, group), {
      ...{ feature, label: labels.get(feature) ?? feature, group },
      ...{ groupLabel: group === null ? null : (groupLabels.get(group) ?? group), ...rating },
      ...{ askedLast: asks(last, feature, group), askedNow: asks(now, feature, group) },
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

function asks(one: RatedBy | undefined, feature: string, group: string | null): boolean {
  if (one === undefined || !one.instrument.features.some(({ slug }) => slug === feature)) return false;
  return group === null || one.groups === null || one.groups.includes(group);
}

function labelsOf(list: readonly { readonly slug: string; readonly label: string }[]) {
  return new Map(list.map(({ slug, label }) => [slug, label]));
}
