import {
  derivedId,
  isRefusal,
  participationId,
  refusal,
  refuseBefore,
  refuseShape,
  type Command,
  type Decision,
  type Fact,
  type Refusal,
} from '#kernel';
import { Type } from 'typebox';
import { decideAnew, refuseSuccessor } from './continuity-anew.js';
import { LONGEST_REASON, refuseReason, type SettingFact } from './invitation.js';
import {
  continuityDecided,
  continuityDecisionRaised,
  type ParticipationEvent,
} from './participation.events.js';
import type { ParticipationState } from './participation-state.js';
import { enrolledNow, everEnrolled, type EndedPart, type OfOneSetting } from './standing.js';
import type { Whereabouts } from './take-over.js';

export const CONTINUITY_OUTCOMES = ['transfer', 'wind-down', 'reclaim', 'carry-on'] as const;
export type ContinuityOutcome = (typeof CONTINUITY_OUTCOMES)[number];

/** What the register says that makes a decision necessary. */
export type RaiseContinuityCommand = Command<
  'RaiseContinuity',
  OfOneSetting &
    Readonly<{
      because: 'closed' | 'successor-named';
      closedOn: string | null;
      successors: readonly string[];
      cause: Fact;
    }>
>;
export type DecideContinuityCommand = Command<
  'DecideContinuity',
  OfOneSetting &
    Readonly<{
      outcome: ContinuityOutcome;
      toUrn: string | null;
      reason: string;
      /** The setting's own entry in the register now. */
      setting: SettingFact | null;
      /** That of `toUrn`; `null` if there is none. */
      successor: SettingFact | null;
      /** The part of `toUrn` in the programme, if it has ended. */
      successorPart: EndedPart | null;
      /** Where the part is that was passed on. */
      whereabouts: Whereabouts;
    }>
>;

const Outcome = Type.Object({
  outcome: Type.Enum([...CONTINUITY_OUTCOMES]),
  toUrn: Type.Union([Type.String({ maxLength: 6 }), Type.Null()]),
  reason: Type.String({ maxLength: LONGEST_REASON }),
});

/** Of one event of the register one decision, however often it is heard of; of a part that does not run none. */
export function raise(
  { data, at }: RaiseContinuityCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { programmeId, urn, because, closedOn, successors, cause } = data;
  if (state.status !== 'enrolled') return [];
  const decisionId = derivedId('continuity', participationId(programmeId, urn), cause.event.eventId);
  if (state.raised.includes(decisionId)) return [];
  return (
    refuseBefore(at, {
      "the setting's enrolment": state.enrolment.occurredAt,
      'what the register says': cause.occurredAt,
    }) ?? [
      continuityDecisionRaised({
        ...{ programmeId, urn, decisionId, because, closedOn },
        ...{ successors: [...successors], cause: cause.event },
      }),
    ]
  );
}

function refuseCarryingOn({ urn, outcome, setting }: DecideContinuityCommand['data']): Refusal | undefined {
  if (outcome !== 'carry-on' || setting === null || setting.status !== 'Closed') return undefined;
  return refusal(
    'CONTINUITY.CLOSED',
    'wrong-state',
    `setting ${urn} is closed by the register: it cannot carry on; transfer its part, wind it down or reclaim it`,
    { field: 'outcome' },
  );
}

export function decideContinuity(
  { data, at }: DecideContinuityCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { programmeId, urn, outcome, toUrn, reason, successor } = data;
  const broken =
    refuseShape('CONTINUITY.MALFORMED', Outcome, { outcome, toUrn, reason }) ?? refuseReason(reason);
  if (broken !== undefined) return broken;
  const ever = everEnrolled(data, state);
  if (isRefusal(ever)) return ever;
  const { undecided, continuity } = ever;
  if (undecided.length === 0 && continuity?.outcome === outcome && continuity.toUrn === toUrn) return [];
  if (ever.status === 'transferred' && outcome !== 'carry-on') return decideAnew({ data, at }, ever);
  const enrolled = enrolledNow(data, state);
  if (isRefusal(enrolled)) return enrolled;
  if (undecided.length === 0) {
    return refusal(
      'CONTINUITY.NOT_RAISED',
      'wrong-state',
      `nothing is to be decided about setting ${urn}: the register names neither a closure nor a successor that is unanswered`,
      { urn },
    );
  }
  return (
    refuseSuccessor(data) ??
    refuseCarryingOn(data) ??
    refuseBefore(at, {
      ...Object.fromEntries(
        undecided.map(({ decisionId, fact }) => [`that decision ${decisionId} was raised`, fact.occurredAt]),
      ),
      "the successor's entry in the register": successor?.occurredAt,
    }) ?? [
      continuityDecided({
        ...{ programmeId, urn, outcome, toUrn, reason },
        decisionIds: undecided.map(({ decisionId }) => decisionId),
      }),
    ]
  );
}
