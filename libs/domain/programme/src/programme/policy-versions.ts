import {
  dateInLondon,
  factOf,
  isRefusal,
  LARGEST_PENCE,
  NOT_BLANK,
  parseDate,
  refusal,
  refuseBefore,
  RefusalError,
  refuseShape,
  type CalendarDate,
  type Command,
  type Decision,
  type Fact,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { Equal } from 'typebox/value';
import { brokenMoney, brokenRate, ProgrammeForm } from './programme-rules.js';
import {
  allocationPolicyReplaced,
  type AllocationPolicy,
  type ProgrammeEvent,
  type ProgrammeTerms,
} from './programme.events.js';

export const MOST_POLICY_VERSIONS = 50;
export const LONGEST_REASON = 1000;

/** A policy as it is asked for; its version is counted. */
export type PolicyForm = ProgrammeForm['policy'];

/** @param version 1 for the programme's first policy */
export function policyFrom(
  { floorPence, capPence, ratePencePerFte }: PolicyForm,
  version: number,
): AllocationPolicy {
  const bounds = { version, floorPence, capPence };
  return ratePencePerFte === undefined
    ? { kind: 'share-of-budget', ...bounds }
    : { kind: 'rate-per-fte', ...bounds, ratePencePerFte };
}

const Replacement = Type.Object(
  {
    policy: ProgrammeForm.properties.policy,
    effectiveOn: Type.String({ maxLength: 10 }),
    reason: Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK }),
  },
  { additionalProperties: false },
);
export type ReplaceAllocationPolicyCommand = Command<
  'ReplaceAllocationPolicy',
  Readonly<Static<typeof Replacement>>
>;

/** One version of the policy, from its day on until that of the next. */
export interface PolicyVersion {
  readonly policy: AllocationPolicy;
  /** The first day, in London, on which it is in force. */
  readonly effectiveOn: CalendarDate;
  /** The event that set it. */
  readonly setBy: Fact;
}

interface Versioned {
  readonly terms: ProgrammeTerms;
  readonly policies: readonly PolicyVersion[];
}

/**
 * What is in force on a day. Of two versions for one day the newer holds; before the day of the first, the first
 * does, for there is no other.
 */
export function termsOn(state: Versioned, date: CalendarDate): PolicyVersion {
  return state.policies.findLast(({ effectiveOn }) => effectiveOn <= date) ?? state.policies[0]!;
}

export function firstVersion(event: RecordedEvent<Extract<ProgrammeEvent, { type: 'ProgrammeCreated' }>>) {
  const { occurredAt } = event.metadata;
  return { policy: event.data.policy, effectiveOn: dateInLondon(occurredAt), setBy: factOf(event) };
}

export function withPolicy<S extends Versioned>(
  state: S,
  event: RecordedEvent<Extract<ProgrammeEvent, { type: 'AllocationPolicyReplaced' }>>,
): S {
  const { policy } = event.data;
  const effectiveOn = event.data.effectiveOn as CalendarDate;
  return { ...state, policies: [...state.policies, { policy, effectiveOn, setBy: factOf(event) }] };
}

function dateOf(value: string): CalendarDate | Refusal {
  try {
    return parseDate(value, 'effectiveOn');
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
}

function brokenDay(rule: string, field = 'effectiveOn'): Refusal {
  return refusal('PROGRAMME.POLICY_EFFECTIVE_ON', 'invalid', `${field} ${rule}`, { field });
}

/** A version takes force on a later day than it is decided, so that what was offered that day stays what it was. */
function refuseDay(
  effectiveOn: CalendarDate,
  decidedOn: CalendarDate,
  { terms, policies }: Versioned,
): Refusal | undefined {
  const last = policies.at(-1)!;
  if (effectiveOn <= decidedOn) {
    return brokenDay(`${effectiveOn} must be after ${decidedOn}, the day on which it is decided`);
  }
  if (effectiveOn < last.effectiveOn) {
    return brokenDay(
      `${effectiveOn} is before version ${last.policy.version} takes force, ${last.effectiveOn}: give that day or a later one`,
    );
  }
  if (effectiveOn > terms.endsOn) {
    return brokenDay(`${effectiveOn} is after the programme ends, ${terms.endsOn}`);
  }
  return undefined;
}

export function replacePolicy(
  { data, at }: ReplaceAllocationPolicyCommand,
  state: Versioned,
): Decision<ProgrammeEvent> {
  const malformed = refuseShape('PROGRAMME.MALFORMED', Replacement, data);
  if (malformed !== undefined) return malformed;
  const effectiveOn = dateOf(data.effectiveOn);
  if (isRefusal(effectiveOn)) return effectiveOn;
  const { programmeId } = state.terms;
  const last = state.policies.at(-1)!;
  const { version } = last.policy;
  const broken = brokenRate(data);
  if (broken !== undefined) return broken;
  if (effectiveOn === last.effectiveOn && Equal(policyFrom(data.policy, version), last.policy)) return [];
  if (state.policies.length >= MOST_POLICY_VERSIONS) {
    return refusal(
      'PROGRAMME.TOO_MANY_POLICIES',
      'wrong-state',
      `the programme has ${MOST_POLICY_VERSIONS} versions of its policy: more is a slip`,
    );
  }
  const reason = data.reason.trim();
  const policy = policyFrom(data.policy, version + 1);
  return (
    brokenMoney({ policy: data.policy, budgetPence: LARGEST_PENCE }) ??
    refuseDay(effectiveOn, dateInLondon(at), state) ??
    refuseBefore(at, { 'the last version of the policy': last.setBy.occurredAt }) ?? [
      allocationPolicyReplaced({ programmeId, policy, effectiveOn, reason }),
    ]
  );
}
