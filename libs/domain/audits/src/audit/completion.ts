import {
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  type Command,
  type Decision,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { Equal } from 'typebox/value';
import type { AuditState, Begun } from './audit-state.js';
import { auditCompleted, type AuditEvent, type Supporter } from './audit.events.js';
import { MOST_FEATURES, NATIONAL_STRATEGY, type InstrumentVersion } from '../instrument/instrument.js';
import { PRIORITIES, STANDARD_KINDS, SUPPORTER_KINDS, WORKFORCE_GROUP_SLUGS } from './yardstick.js';

export const MOST_NEEDS = 100;
/** Every feature for every group, and for the whole workforce. */
export const MOST_RATINGS = MOST_FEATURES * (WORKFORCE_GROUP_SLUGS.length + 1);
export const MOST_SUPPORTERS = 10;

const text = (maxLength: number) => Type.String({ maxLength, pattern: NOT_BLANK });
const strict = { additionalProperties: false } as const;

/** What completing an audit takes; every feature is rated, once for each group that it is rated for. */
export const CompletedAudit = Type.Object(
  {
    ratings: Type.Array(
      Type.Object(
        {
          feature: Type.String({ minLength: 1, maxLength: 60 }),
          group: Type.Union([Type.Enum(WORKFORCE_GROUP_SLUGS), Type.Null()]),
          rating: Type.Integer({ minimum: 1, maximum: 4 }),
          evidence: text(2000),
        },
        strict,
      ),
      { minItems: 1, maxItems: MOST_RATINGS },
    ),
    needs: Type.Array(
      Type.Object(
        {
          needId: Type.String({ minLength: 1, maxLength: 60, pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' }),
          group: Type.Enum(WORKFORCE_GROUP_SLUGS),
          priority: Type.Enum([...PRIORITIES]),
          statement: text(1000),
          standard: Type.Union([
            Type.Object({ kind: Type.Enum([...STANDARD_KINDS]), reference: text(200) }, strict),
            Type.Null(),
          ]),
        },
        strict,
      ),
      { minItems: 1, maxItems: MOST_NEEDS },
    ),
    supportedBy: Type.Array(Type.Object({ kind: Type.Enum([...SUPPORTER_KINDS]), who: text(200) }, strict), {
      maxItems: MOST_SUPPORTERS,
    }),
  },
  strict,
);
export type CompletedAudit = Static<typeof CompletedAudit>;

type Optional<T, K extends keyof T> = Omit<T, K> & { readonly [P in K]?: T[P] | undefined };

/** As people send it: no group is the whole workforce, no standard none, and who helped may be in free words. */
export interface AuditAnswers {
  readonly ratings: readonly Optional<CompletedAudit['ratings'][number], 'group'>[];
  readonly needs: readonly Optional<CompletedAudit['needs'][number], 'standard'>[];
  readonly supportedBy?: readonly Supporter[] | string | null | undefined;
}

/** Fills in what was left out; what is malformed stays so, for the decider to name. */
export function answersOf({ ratings, needs, supportedBy = null, ...rest }: AuditAnswers): CompletedAudit {
  const each = <T extends object>(list: readonly T[], filled: (item: T) => object): unknown =>
    Array.isArray(list) ? list.map((item: T) => (isObject(item) ? filled(item) : item)) : list;
  return {
    ...rest,
    ratings: each(ratings, (rating) => ({ ...rating, group: rating.group ?? null })),
    needs: each(needs, (need) => ({ ...need, standard: need.standard ?? null })),
    supportedBy:
      typeof supportedBy === 'string' ? [{ kind: 'other', who: supportedBy }] : (supportedBy ?? []),
  } as CompletedAudit;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type CompleteAuditCommand = Command<
  'CompleteAudit',
  CompletedAudit & {
    /** The version of the instrument that this cycle rates by; by default the first. */
    readonly instrument?: InstrumentVersion;
  }
>;

export function alreadyCompleted({ cycle, urn }: Begun): Refusal {
  return refusal(
    'AUDIT.ALREADY_COMPLETED',
    'wrong-state',
    `cycle ${cycle} of the audit of setting ${urn} is completed; what has changed since belongs to cycle ${cycle + 1}`,
    { urn, cycle },
  );
}

/** A returned audit is completed again, with the same answers or others. */
export function complete(
  { data: { instrument = NATIONAL_STRATEGY, ...data }, at }: CompleteAuditCommand,
  state: AuditState,
): Decision<AuditEvent> {
  if (state.status === 'not-started') {
    return refusal('AUDIT.NOT_STARTED', 'wrong-state', 'the audit has not been started: start it first');
  }
  const broken = refuseShape('AUDIT.MALFORMED', CompletedAudit, data) ?? brokenRule(data, instrument);
  if (broken !== undefined) return broken;
  const { programmeId, urn, cycle } = state;
  const returned = state.status === 'completed' && state.signOff?.outcome === 'returned';
  if (state.status === 'completed' && !returned) {
    const { ratings, needs, supportedBy } = state;
    return Equal(data, { ratings, needs, supportedBy }) ? [] : alreadyCompleted(state);
  }
  return (
    refuseBefore(at, {
      'the start of the audit': state.startedAt,
      ...(state.status === 'completed' && state.signOff?.outcome === 'returned'
        ? { 'the return of the audit': state.signOff.at }
        : {}),
    }) ?? [auditCompleted({ programmeId, urn, cycle, ...data })]
  );
}

function brokenRule({ ratings, needs }: CompletedAudit, instrument: InstrumentVersion): Refusal | undefined {
  return brokenRating(ratings, instrument) ?? brokenNeed(needs);
}

function brokenRating(
  ratings: CompletedAudit['ratings'],
  { version, features: asked }: InstrumentVersion,
): Refusal | undefined {
  const slugs = asked.map(({ slug }) => slug);
  const rated = new Set<string>();
  for (const [index, { feature, group }] of ratings.entries()) {
    if (!slugs.includes(feature)) {
      const field = `ratings[${index}].feature`;
      const message = `${field} '${feature}' is not in version ${version} of the instrument, by which this cycle rates: ${slugs.join(', ')}`;
      return refusal('AUDIT.FEATURE_UNKNOWN', 'invalid', message, { field, version });
    }
    const pair = `${feature} ${group ?? ''}`;
    if (rated.has(pair)) {
      const field = `ratings[${index}].feature`;
      const whom = group ?? 'the whole workforce';
      return refusal(
        'AUDIT.FEATURE_RATED_TWICE',
        'invalid',
        `${field} '${feature}' is rated twice for ${whom}: leave one of them`,
        { field },
      );
    }
    rated.add(pair);
  }
  const features = new Set<string>(ratings.map(({ feature }) => feature));
  const missing = slugs.filter((slug) => !features.has(slug));
  if (missing.length > 0) {
    return refusal(
      'AUDIT.FEATURE_NOT_RATED',
      'invalid',
      `ratings must rate every feature of version ${version} of the instrument; still missing: ${missing.join(', ')}`,
      { field: 'ratings', missing, version },
    );
  }
  return undefined;
}

function brokenNeed(needs: CompletedAudit['needs']): Refusal | undefined {
  const ids = new Set<string>();
  for (const [index, { needId }] of needs.entries()) {
    if (ids.has(needId)) {
      const field = `needs[${index}].needId`;
      return refusal('AUDIT.NEED_TWICE', 'invalid', `${field} '${needId}' is used twice`, { field, needId });
    }
    ids.add(needId);
  }
  return undefined;
}
