import {
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  type Command,
  type Decision,
  type Instant,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Type } from 'typebox';
import { refuseClosed, type Closure } from './closing.js';
import { LONGEST_REASON } from './effective-day.js';
import {
  programmePaused,
  programmeResumed,
  type ProgrammeEvent,
  type ProgrammeTerms,
} from './programme.events.js';

type Because = Readonly<{ reason: string }>;
export type PauseProgrammeCommand = Command<'PauseProgramme', Because>;
export type ResumeProgrammeCommand = Command<'ResumeProgramme', Because>;

export interface Pause {
  readonly from: Instant;
  readonly until: Instant | null;
  readonly reason: string;
  /** It is over for good: the programme is closed. */
  readonly closed?: true;
}

interface Pausable {
  readonly terms: ProgrammeTerms;
  readonly pauses: readonly Pause[];
}

const Reasoned = Type.Object(
  { reason: Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK }) },
  { additionalProperties: false },
);

/**
 * The pause in which an instant falls. While a programme is paused nothing is newly offered and no tranche is released.
 * What is committed stays committed; offers that are out can be accepted, audits, plans and reports go on and
 * tranches are proposed and approved. Deadlines stand: who needs longer is given longer, by name and with the reason.
 */
export function pauseAt(pauses: readonly Pause[], at: Instant): Pause | undefined {
  return pauses.find(({ from, until }) => from <= at && (until === null || at < until));
}

/**
 * Why nothing is offered or released at an instant: the programme is closed, or paused then. A pause that lasts stands against what
 * is told late as well: else whoever dates a release back would be paid through it.
 */
export function standstillAt(
  { pauses, closed }: { readonly pauses: readonly Pause[]; readonly closed: Closure | null },
  at: Instant,
): Pause | undefined {
  // A closure stands against what is told late as well: what was outstanding was looked at when it was decided.
  if (closed !== null) return { from: closed.at, until: null, reason: closed.reason, closed: true };
  return pauses.find(({ until }) => until === null) ?? pauseAt(pauses, at);
}

export function refusePaused(programmeId: string, pause: Pause | null | undefined): Refusal | undefined {
  if (pause === null || pause === undefined) return undefined;
  const { from, reason } = pause;
  if (pause.closed) return refuseClosed(programmeId, { at: from, reason });
  return refusal(
    'PROGRAMME.PAUSED',
    'wrong-state',
    `programme ${programmeId} has been paused since ${from} (${reason}): nothing is offered or released until it is resumed`,
    { programmeId, since: from, reason },
  );
}

export function pauseOrResume(
  { type, data, at }: PauseProgrammeCommand | ResumeProgrammeCommand,
  { terms: { programmeId }, pauses }: Pausable,
  createdAt: Instant,
): Decision<ProgrammeEvent> {
  const malformed = refuseShape('PROGRAMME.MALFORMED', Reasoned, data);
  if (malformed !== undefined) return malformed;
  const last = pauses.at(-1);
  const paused = last !== undefined && last.until === null;
  if (paused === (type === 'PauseProgramme')) return [];
  const make = paused ? programmeResumed : programmePaused;
  return (
    refuseBefore(at, {
      'the creation of the programme': createdAt,
      'the last pause of the programme': last?.from,
      'the last resumption of the programme': last?.until ?? undefined,
    }) ?? [make({ programmeId, reason: data.reason.trim() })]
  );
}

export function withPause<S extends Pausable>(
  state: S,
  event: RecordedEvent<Extract<ProgrammeEvent, { type: 'ProgrammePaused' | 'ProgrammeResumed' }>>,
): S {
  const at = event.metadata.occurredAt;
  if (event.type === 'ProgrammePaused') {
    const { reason } = event.data;
    return { ...state, pauses: [...state.pauses, { from: at, until: null, reason }] };
  }
  const pauses = state.pauses.map((one) => (one.until === null ? { ...one, until: at } : one));
  return { ...state, pauses };
}
