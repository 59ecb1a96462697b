import {
  isRefusal,
  LARGEST_PENCE,
  LONGEST_SUBJECT,
  namedAgain,
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  type CalendarDate,
  type Command,
  type Decision,
  type Fact,
  type Pence,
  type RecordedEvent,
  type Refusal,
  factOf,
  readDate,
  readSubjects,
  sameSubject,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { Equal } from 'typebox/value';
import { LONGEST_REASON, refuseEffectiveDay, takenForceBy } from './effective-day.js';
import { nextVersion, type Withdrawing } from './withdrawn-versions.js';
import { fundingRulesSet, type ProgrammeEvent, type ProgrammeTerms } from './programme.events.js';

// How long an offer stands, and who may approve how much: rules beside the allocation policy, in versions of their own.

export const LONGEST_ACCEPTANCE_DAYS = 365;
export const MOST_LIMITS = 200;
export const MOST_RULES_VERSIONS = 50;

const Subject = Type.String({ maxLength: LONGEST_SUBJECT, pattern: NOT_BLANK });
const limit = Type.Integer({ minimum: 0, maximum: LARGEST_PENCE });
const Rules = Type.Object(
  {
    acceptanceDays: Type.Union([Type.Integer({ minimum: 1, maximum: LONGEST_ACCEPTANCE_DAYS }), Type.Null()]),
    defaultLimitPence: Type.Union([limit, Type.Null()]),
    limits: Type.Array(Type.Object({ subject: Subject, upToPence: limit }, { additionalProperties: false }), {
      maxItems: MOST_LIMITS,
    }),
    effectiveOn: Type.String({ maxLength: 10 }),
    reason: Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK }),
  },
  { additionalProperties: false },
);

export type SetFundingRulesCommand = Command<'SetFundingRules', Readonly<Static<typeof Rules>>>;

/** A version of the rules. */
export interface FundingRules {
  readonly version: number;
  readonly effectiveOn: CalendarDate;
  readonly setBy: Fact;
  /** For how many days an offer can be accepted; `null`: until it is withdrawn from or declined. */
  readonly acceptanceDays: number | null;
  /** Up to how much an approver approves whom no limit names; `null`: any amount. */
  readonly defaultLimitPence: Pence | null;
  readonly limits: readonly { readonly subject: string; readonly upToPence: Pence }[];
}

export interface RuledFunding extends Withdrawing {
  readonly terms: ProgrammeTerms;
  readonly creation: Fact;
  /** Oldest first; none until the first are set. */
  readonly fundingRules: readonly FundingRules[];
}

/** The rules in force on a day; `undefined` before the first. */
export function fundingRulesOn(
  { fundingRules }: Pick<RuledFunding, 'fundingRules'>,
  date: CalendarDate,
): FundingRules | undefined {
  return takenForceBy(fundingRules, date);
}

/** Up to how much somebody approves of their own authority; `null`: any amount. */
export function limitOf(
  { limits, defaultLimitPence }: Pick<FundingRules, 'limits' | 'defaultLimitPence'>,
  subject: string,
): Pence | null {
  const own = limits.find((one) => sameSubject(one.subject, subject));
  return own === undefined ? defaultLimitPence : own.upToPence;
}

function namedTwice(subjects: readonly string[]): Refusal | undefined {
  const twice = namedAgain(subjects);
  if (twice < 0) return undefined;
  const field = `limits[${twice}].subject`;
  const message = `${field} '${subjects[twice]}' is named twice: a person has one limit`;
  return refusal('PROGRAMME.LIMIT_TWICE', 'invalid', message, { field });
}

export function setFundingRules(
  { data, at }: SetFundingRulesCommand,
  state: RuledFunding,
): Decision<ProgrammeEvent> {
  const { terms, creation, fundingRules } = state;
  const malformed = refuseShape('PROGRAMME.MALFORMED', Rules, data);
  if (malformed !== undefined) return malformed;
  const effectiveOn = readDate(data.effectiveOn, 'effectiveOn');
  if (isRefusal(effectiveOn)) return effectiveOn;
  const { acceptanceDays, defaultLimitPence } = data;
  const subjects = readSubjects(
    data.limits.map(({ subject }) => subject),
    (place) => `limits[${place}].subject`,
  );
  if (isRefusal(subjects)) return subjects;
  const limits = data.limits.map(({ upToPence }, place) => ({ subject: subjects[place]!, upToPence }));
  const rules = { acceptanceDays, defaultLimitPence, limits };
  const last = fundingRules.at(-1);
  if (last !== undefined && last.effectiveOn === effectiveOn && Equal(rules, ofRules(last))) return [];
  if (fundingRules.length >= MOST_RULES_VERSIONS) {
    const message = `the programme has ${MOST_RULES_VERSIONS} versions of its funding rules: more is a slip`;
    return refusal('PROGRAMME.TOO_MANY_VERSIONS', 'wrong-state', message);
  }
  const before = last ?? { version: 0, effectiveOn };
  return (
    namedTwice(subjects) ??
    refuseEffectiveDay('PROGRAMME.RULES_EFFECTIVE_ON', effectiveOn, at, terms, before) ??
    refuseBefore(at, {
      'the creation of the programme': creation.occurredAt,
      'the last version of the funding rules': last?.setBy.occurredAt,
    }) ?? [
      fundingRulesSet({
        ...{ programmeId: terms.programmeId, effectiveOn },
        version: nextVersion(state, 'funding-rules', fundingRules),
        ...{ ...rules, reason: data.reason.trim() },
      }),
    ]
  );
}

function ofRules({ acceptanceDays, defaultLimitPence, limits }: FundingRules) {
  return { acceptanceDays, defaultLimitPence, limits };
}

export function withFundingRules<S extends RuledFunding>(
  state: S,
  event: RecordedEvent<Extract<ProgrammeEvent, { type: 'FundingRulesSet' }>>,
): S {
  const { version, effectiveOn, acceptanceDays, defaultLimitPence, limits } = event.data;
  const rules: FundingRules = {
    ...{ version, effectiveOn: effectiveOn as CalendarDate, setBy: factOf(event) },
    ...{ acceptanceDays, defaultLimitPence, limits },
  };
  return { ...state, fundingRules: [...state.fundingRules, rules] };
}
