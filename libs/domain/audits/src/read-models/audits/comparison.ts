import type { InstrumentVersion } from '../../instrument/instrument.js';
import type { Need } from '../../audit/audit.events.js';
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

/** What became of one need, by its id. */
export interface NeedChange {
  readonly needId: string;
  /** Met: found by the last cycle, and no more; new: not found by the last; persisting: found by both. */
  readonly outcome: 'met' | 'new' | 'persisting';
  /** Group and statement are those of the newer cycle that found it. */
  readonly group: string;
  readonly groupLabel: string;
  readonly statement: string;
  readonly lastPriority: Need['priority'] | null;
  readonly priority: Need['priority'] | null;
}

export interface AuditComparison {
  readonly programmeId: string;
  readonly urn: string;
  readonly cycle: number;
  /** In which the cycle began, such as `2024/25`. */
  readonly academicYear: string;
  /** Whether this cycle is completed: until then it says nothing, neither of features nor of needs. */
  readonly completed: boolean;
  readonly instrumentVersion: number;
  /** The cycle before it; `null` for the first. */
  readonly lastCycle: number | null;
  readonly lastAcademicYear: string | null;
  readonly lastInstrumentVersion: number | null;
  readonly ratings: readonly RatingChange[];
  /** The met first, then the new, then the persisting; empty while this cycle is not completed. */
  readonly needs: readonly NeedChange[];
}

type Rated = Pick<
  AuditDocument,
  'programmeId' | 'urn' | 'cycle' | 'academicYear' | 'completedAt' | 'groups' | 'ratings' | 'needs'
>;
/** A cycle with the version of the instrument that it rates by. */
export type RatedBy = Rated & {
  readonly instrument: Pick<InstrumentVersion, 'version' | 'features' | 'groups'>;
};

/** In the order of this cycle's ratings; then those that only the last one has. */
export function compared(now: RatedBy, last: RatedBy | undefined): AuditComparison {
  const { programmeId, urn, cycle, academicYear } = now;
  const completed = now.completedAt !== null;
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
    ...{ programmeId, urn, cycle, academicYear, completed, instrumentVersion: now.instrument.version },
    ...{ lastCycle: last?.cycle ?? null, lastAcademicYear: last?.academicYear ?? null },
    lastInstrumentVersion: last?.instrument.version ?? null,
    ratings: [...rows.values()],
    needs: completed ? needChanges(now.needs, last?.needs ?? [], groupLabels) : [],
  };
}

function needChanges(
  now: readonly Need[],
  last: readonly Need[],
  groupLabels: ReadonlyMap<string, string>,
): readonly NeedChange[] {
  const before = new Map(last.map((need) => [need.needId, need]));
  const after = new Set(now.map(({ needId }) => needId));
  const said = ({ needId, group, statement }: Need) => {
    return { needId, group, groupLabel: groupLabels.get(group) ?? group, statement };
  };
  const met = last
    .filter(({ needId }) => !after.has(needId))
    .map((need) => {
      return { ...said(need), outcome: 'met', lastPriority: need.priority, priority: null } as const;
    });
  const found = now.map((need) => {
    const lastPriority = before.get(need.needId)?.priority ?? null;
    const outcome = before.has(need.needId) ? ('persisting' as const) : ('new' as const);
    return { ...said(need), outcome, lastPriority, priority: need.priority };
  });
  const only = (which: NeedChange['outcome']) => found.filter(({ outcome }) => outcome === which);
  return [...met, ...only('new'), ...only('persisting')];
}

function asks(one: RatedBy | undefined, feature: string, group: string | null): boolean {
  if (one === undefined || !one.instrument.features.some(({ slug }) => slug === feature)) return false;
  return group === null || one.groups === null || one.groups.includes(group);
}

function labelsOf(list: readonly { readonly slug: string; readonly label: string }[]) {
  return new Map(list.map(({ slug, label }) => [slug, label]));
}
