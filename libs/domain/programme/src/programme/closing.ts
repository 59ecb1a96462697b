import {
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  type Command,
  type Decision,
  type Instant,
  type Refusal,
} from '#kernel';
import { Type } from 'typebox';
import { LONGEST_REASON } from './effective-day.js';
import type { OutstandingFacts } from './outstanding.js';
import { programmeClosed, type ProgrammeEvent, type ProgrammeTerms } from './programme.events.js';

export type CloseProgrammeCommand = Command<
  'CloseProgramme',
  Readonly<{ reason: string; outstanding: OutstandingFacts }>
>;

/** Since when, and why. */
export interface Closure {
  readonly at: Instant;
  readonly reason: string;
}

const Reasoned = Type.Object({ reason: Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK }) });

/** Refusals name as many lines as a person reads; the rest is on the list. */
const MOST_NAMED = 10;

export function refuseClosed(programmeId: string, closed: Closure | null | undefined): Refusal | undefined {
  if (closed === null || closed === undefined) return undefined;
  const { at, reason } = closed;
  return refusal(
    'PROGRAMME.CLOSED',
    'wrong-state',
    `programme ${programmeId} was closed on ${at} (${reason}): nothing is begun in it any more`,
    { programmeId, since: at, reason },
  );
}

/** Whatever is in the way of closing is named: what it is, whose, and what ends it. */
export function close(
  { data: { reason, outstanding }, at }: CloseProgrammeCommand,
  { terms: { programmeId }, closed }: Closable,
  lastDecidedAt: Instant,
): Decision<ProgrammeEvent> {
  const malformed = refuseShape('PROGRAMME.MALFORMED', Reasoned, { reason });
  if (malformed !== undefined) return malformed;
  if (closed !== null) return [];
  const { lines, latestAt, fundClosed } = outstanding;
  // Once its fund is closed it has been decided: what came up since is seen to in a programme that is over.
  if (fundClosed === null && lines.length > 0) return refuseOutstanding(programmeId, outstanding);
  return (
    refuseBefore(at, {
      'the last decision on the programme': lastDecidedAt,
      'the last thing that happened in it': latestAt,
    }) ?? [programmeClosed({ programmeId, reason: reason.trim() })]
  );
}

interface Closable {
  readonly terms: ProgrammeTerms;
  readonly closed: Closure | null;
}

function refuseOutstanding(programmeId: string, { lines }: OutstandingFacts): Refusal {
  const named = lines
    .slice(0, MOST_NAMED)
    .map(({ says, next, endedBy }) => `- ${says}: ${endedBy}${next === null ? '' : ` (${next})`}`);
  const more = lines.length - named.length;
  return refusal(
    'PROGRAMME.OUTSTANDING',
    'wrong-state',
    [
      `programme ${programmeId} cannot be closed while ${lines.length === 1 ? 'one thing is' : `${lines.length} things are`} outstanding:`,
      ...named,
      ...(more > 0 ? [`- and ${more} more: ask for what is outstanding`] : []),
    ].join('\n'),
    { programmeId, outstanding: lines.length },
  );
}
