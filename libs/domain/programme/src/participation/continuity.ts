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
import { LONGEST_REASON, notRegistered, refuseReason, type SettingFact } from './invitation.js';
import {
  continuityDecided,
  continuityDecisionRaised,
  successorReplaced,
  type ParticipationEvent,
} from './participation.events.js';
import type { ParticipationState, Said } from './participation-state.js';
import { ENDED_IN_WORDS, enrolledNow, everEnrolled, type EndedPart, type OfOneSetting } from './standing.js';

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
      /** Which of those to which the part was ever passed on has taken it over; `null`: none. */
      takenOverBy: string | null;
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

function wrong(code: string, field: string, message: string): Refusal {
  return refusal(code, 'wrong-state', message, { field });
}

function refuseSuccessor({
  urn,
  outcome,
  toUrn,
  successor,
  successorPart,
}: DecideContinuityCommand['data']): Refusal | undefined {
  if ((outcome === 'transfer') !== (toUrn !== null)) {
    return refusal(
      'CONTINUITY.MALFORMED',
      'invalid',
      "toUrn names the setting that takes over, if the outcome is 'transfer' and only then",
      { field: 'toUrn' },
    );
  }
  if (toUrn === null) return undefined;
  if (toUrn === urn) {
    return wrong(
      'CONTINUITY.SAME_SETTING',
      'toUrn',
      `toUrn ${toUrn} is the setting itself: name the one that takes over`,
    );
  }
  if (successor === null) return notRegistered(toUrn, 'toUrn');
  if (successor.status !== 'Open') {
    return wrong(
      'SETTING.NOT_OPEN',
      'toUrn',
      `setting ${toUrn} ${successor.name} is '${successor.status}': only one that is Open can take over`,
    );
  }
  if (successorPart === null) return undefined;
  return wrong(
    'CONTINUITY.SUCCESSOR_HAS_LEFT',
    'toUrn',
    `toUrn ${toUrn}: ${successorPart.settingName} ${ENDED_IN_WORDS[successorPart.status]}, and takes no part over: name another`,
  );
}

function refuseCarryingOn({ urn, outcome, setting }: DecideContinuityCommand['data']): Refusal | undefined {
  if (outcome !== 'carry-on' || setting === null || setting.status !== 'Closed') return undefined;
  return wrong(
    'CONTINUITY.CLOSED',
    'outcome',
    `setting ${urn} is closed by the register: it cannot carry on; transfer its part, wind it down or reclaim it`,
  );
}

/** Who was named by a slip, or cannot take the part over any more, is replaced, for as long as nobody has taken it over. */
function replaceSuccessor(
  { data, at }: Pick<DecideContinuityCommand, 'data' | 'at'>,
  { toUrn: fromUrn, fact }: Said<'ContinuityDecided'>,
): Decision<ParticipationEvent> {
  const { programmeId, urn, toUrn, reason, successor, takenOverBy } = data;
  if (takenOverBy !== null && takenOverBy !== toUrn) {
    return wrong(
      'CONTINUITY.TAKEN_OVER',
      'toUrn',
      `setting ${takenOverBy} has taken over the part of setting ${urn}: it cannot be passed on to another`,
    );
  }
  // Who took it over in the moment in which another was named can be named again, whatever became of it since.
  const refused = takenOverBy === null ? refuseSuccessor(data) : undefined;
  if (refused !== undefined) return refused;
  return (
    refuseBefore(at, {
      'the decision to pass the part on': fact.occurredAt,
      "the successor's entry in the register": successor?.occurredAt,
    }) ?? [
      successorReplaced({
        ...{ programmeId, urn, fromUrn: fromUrn ?? '', toUrn: toUrn ?? '', reason },
        replaces: fact.event,
      }),
    ]
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
  if (ever.status === 'transferred' && continuity !== null && outcome === 'transfer') {
    return replaceSuccessor({ data, at }, continuity);
  }
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
