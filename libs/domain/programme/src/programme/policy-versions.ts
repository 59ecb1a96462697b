import {
  dateInLondon,
  factOf,
  isRefusal,
  LARGEST_PENCE,
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  type CalendarDate,
  type Command,
  type Decision,
  type Fact,
  type RecordedEvent,
  readDate,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { Equal } from 'typebox/value';
import { inForceOn, LONGEST_REASON, refuseEffectiveDay } from './effective-day.js';
import { nextVersion, type Withdrawing } from './withdrawn-versions.js';
import { brokenMoney, brokenRate, ProgrammeForm } from './programme-rules.js';
import {
  allocationPolicyReplaced,
  type AllocationPolicy,
  type ProgrammeEvent,
  type ProgrammeTerms,
} from './programme.events.js';

export const MOST_POLICY_VERSIONS = 50;

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

interface Versioned extends Withdrawing {
  readonly terms: ProgrammeTerms;
  readonly policies: readonly PolicyVersion[];
}

/**
 * What is in force on a day. Of two versions for one day the newer holds; before the day of the first, the first
 * does, for there is no other.
 */
export function termsOn(state: Pick<Versioned, 'policies'>, date: CalendarDate): PolicyVersion {
  return inForceOn(state.policies, date);
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

export function replacePolicy(
  { data, at }: ReplaceAllocationPolicyCommand,
  state: Versioned,
): Decision<ProgrammeEvent> {
  const malformed = refuseShape('PROGRAMME.MALFORMED', Replacement, data);
  if (malformed !== undefined) return malformed;
  const effectiveOn = readDate(data.effectiveOn, 'effectiveOn');
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
  const numbered = state.policies.map((one) => one.policy);
  const policy = policyFrom(data.policy, nextVersion(state, 'allocation-policy', numbered));
  return (
    brokenMoney({ policy: data.policy, budgetPence: LARGEST_PENCE }) ??
    refuseEffectiveDay('PROGRAMME.POLICY_EFFECTIVE_ON', effectiveOn, at, state.terms, {
      ...{ version, effectiveOn: last.effectiveOn },
    }) ??
    refuseBefore(at, { 'the last version of the policy': last.setBy.occurredAt }) ?? [
      allocationPolicyReplaced({ programmeId, policy, effectiveOn, reason }),
    ]
  );
}
