import { refusal, refuseBefore, type Decision, type Refusal } from '#kernel';
import type { DecideContinuityCommand } from './continuity.js';
import { notRegistered } from './invitation.js';
import { successorReplaced, transferReplaced, type ParticipationEvent } from './participation.events.js';
import type { Enrolment } from './participation-state.js';
import { ENDED_IN_WORDS } from './standing.js';

// What the board may still decide of a part that it has passed on, for as long as nobody has taken it over.

function wrong(code: string, field: string, message: string): Refusal {
  return refusal(code, 'wrong-state', message, { field });
}

export function refuseSuccessor({
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

type Passed = Pick<Enrolment, 'continuity' | 'handedOver'>;

/**
 * Whoever takes it over keeps it. Who began to, and has left before that was recorded, takes nothing over any more; anybody
 * else who began is waited for.
 */
function refuseGone(
  { urn, toUrn, whereabouts: { takenOverBy, leftBefore } }: DecideContinuityCommand['data'],
  { handedOver }: Passed,
): Refusal | undefined {
  const field = toUrn === null ? 'outcome' : 'toUrn';
  if (takenOverBy !== null) {
    if (takenOverBy === toUrn) return undefined;
    return wrong(
      'CONTINUITY.TAKEN_OVER',
      field,
      `setting ${takenOverBy} has taken over the part of setting ${urn}: nothing else is decided of it any more`,
    );
  }
  if (handedOver === null || leftBefore === handedOver.toUrn) return undefined;
  return wrong(
    'CONTINUITY.BEING_TAKEN_OVER',
    field,
    `setting ${handedOver.toUrn} is taking over the part of setting ${urn}: let it take over to the end`,
  );
}

/** Who was named by a slip, or cannot take the part over any more, is replaced; or the part is not passed on after all. */
export function decideAnew(
  { data, at }: Pick<DecideContinuityCommand, 'data' | 'at'>,
  passed: Passed,
): Decision<ParticipationEvent> {
  const { programmeId, urn, outcome, toUrn, reason, successor, whereabouts } = data;
  // Who took it over in the moment in which another was named can be named again, whatever became of it since.
  const refused =
    refuseGone(data, passed) ?? (whereabouts.takenOverBy === null ? refuseSuccessor(data) : undefined);
  if (refused !== undefined) return refused;
  const { continuity } = passed;
  if (continuity === null) return [];
  const of = { programmeId, urn, fromUrn: continuity.toUrn ?? '', reason };
  const replaces = continuity.fact.event;
  return (
    refuseBefore(at, {
      'the decision to pass the part on': continuity.fact.occurredAt,
      "the successor's entry in the register": successor?.occurredAt,
    }) ?? [
      toUrn === null
        ? transferReplaced({ ...of, outcome, replaces })
        : successorReplaced({ ...of, toUrn, replaces }),
    ]
  );
}
