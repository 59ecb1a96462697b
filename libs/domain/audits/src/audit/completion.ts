import {
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  SLUG,
  type Actor,
  type Command,
  type Decision,
  type Refusal,
} from '#kernel';
import { refuseEndedPart, type EndedPart } from '#domain/programme';
import { Type, type Static } from 'typebox';
import { Equal } from 'typebox/value';
import type { AuditState, Begun } from './audit-state.js';
import { auditCompleted, type AuditEvent, type Supporter } from './audit.events.js';
import { refuseIncomplete } from './completeness.js';
import {
  MOST_FEATURES,
  MOST_GROUPS,
  NATIONAL_STRATEGY,
  type InstrumentVersion,
} from '../instrument/instrument.js';
import { PRIORITIES, STANDARD_KINDS, SUPPORTER_KINDS } from './yardstick.js';

export const MOST_NEEDS = 100;
/** Every feature for every group, and for the whole workforce. */
export const MOST_RATINGS = MOST_FEATURES * (MOST_GROUPS + 1);
export const MOST_SUPPORTERS = 10;

const slug = () => Type.String({ minLength: 1, maxLength: 60, pattern: SLUG });
const text = (maxLength: number) => Type.String({ maxLength, pattern: NOT_BLANK });
const strict = { additionalProperties: false } as const;

/** What completing an audit takes: each feature is rated for each group that the setting has. */
export const CompletedAudit = Type.Object(
  {
    groups: Type.Array(slug(), { minItems: 1, maxItems: MOST_GROUPS }),
    ratings: Type.Array(
      Type.Object(
        {
          feature: Type.String({ minLength: 1, maxLength: 60 }),
          group: Type.Union([slug(), Type.Null()]),
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
          needId: slug(),
          group: slug(),
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
  /** Which groups of the workforce the setting has; left out, all that the instrument knows. */
  readonly groups?: readonly string[] | null | undefined;
  readonly ratings: readonly Optional<CompletedAudit['ratings'][number], 'group'>[];
  readonly needs: readonly Optional<CompletedAudit['needs'][number], 'standard'>[];
  readonly supportedBy?: readonly Supporter[] | string | null | undefined;
}

/** Fills in what was left out; what is malformed stays so, for the decider to name. */
export function answersOf(
  { groups, ratings, needs, supportedBy = null, ...rest }: AuditAnswers,
  instrument: InstrumentVersion,
): CompletedAudit {
  const each = <T extends object>(list: readonly T[], filled: (item: T) => object): unknown =>
    Array.isArray(list) ? list.map((item: T) => (isObject(item) ? filled(item) : item)) : list;
  return {
    ...rest,
    groups: groups ?? instrument.groups.map((group) => group.slug),
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
    /** `null` while the setting's part runs. */
    readonly ended?: EndedPart | null;
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

/** An audit is its setting's own: whoever supported it is named in it, and says so nowhere else. */
function refuseOthers({ role, subject }: Actor): Refusal | undefined {
  if (role === 'setting') return undefined;
  return refusal(
    'AUDIT.NOT_BY_ITS_SETTING',
    'not-allowed',
    `${subject} acts as ${role}: an audit is completed by a person of its setting, who names under supportedBy whoever helped`,
    { subject, role },
  );
}

/** A returned audit is completed again, with the same answers or others. */
export function complete(
  { data: { instrument = NATIONAL_STRATEGY, ended, ...data }, by, at }: CompleteAuditCommand,
  state: AuditState,
): Decision<AuditEvent> {
  if (state.status === 'not-started') {
    return refusal('AUDIT.NOT_STARTED', 'wrong-state', 'the audit has not been started: start it first');
  }
  const broken =
    refuseOthers(by) ??
    refuseShape('AUDIT.MALFORMED', CompletedAudit, data) ??
    refuseIncomplete(data, instrument, state);
  if (broken !== undefined) return broken;
  const { programmeId, urn, cycle } = state;
  const returned = state.status === 'completed' && state.signOff?.outcome === 'returned';
  if (state.status === 'completed' && !returned) {
    const { groups, ratings, needs, supportedBy } = state;
    return Equal(data, { groups, ratings, needs, supportedBy }) ? [] : alreadyCompleted(state);
  }
  return (
    refuseEndedPart(ended) ??
    refuseBefore(at, {
      'the start of the audit': state.startedAt,
      ...(state.status === 'completed' && state.signOff?.outcome === 'returned'
        ? { 'the return of the audit': state.signOff.at }
        : {}),
    }) ?? [auditCompleted({ programmeId, urn, cycle, ...data })]
  );
}
