import { academicYearOf, type RecordedEvent } from '#kernel';
import type { AuditEvent, Need, Rating, Supporter } from '../../audit/audit.events.js';
import type { InstrumentVersion } from '../../instrument/instrument.js';

/** Who did something, in which role, and when. */
export interface Deed {
  /** When it happened, in UTC. */
  readonly at: string;
  /** When the programme learnt of it. */
  readonly recordedAt: string;
  /** Subject of whoever did it. */
  readonly by: string;
  readonly role: string;
}

/** What was found at one completion, and what was then said of it. */
export interface CompletionOfAudit {
  /** 1 for the first of the cycle; one more each time it was completed after a return. */
  readonly number: number;
  readonly completed: Deed;
  /** Which groups of the workforce the setting had; `null` where it was not asked. */
  readonly groups: readonly string[] | null;
  readonly ratings: readonly Rating[];
  readonly needs: readonly Need[];
  readonly supportedBy: readonly Supporter[];
  readonly outcome: 'none' | 'signed-off' | 'returned';
  /** `null`: nobody has signed it off or returned it. */
  readonly decided: Deed | null;
  /** Of the return. */
  readonly comments: string | null;
}

/** One cycle with all that became of it: what a setting takes away with it. */
export interface WholeAudit {
  readonly programmeId: string;
  readonly urn: string;
  readonly cycle: number;
  /** In which it was started, such as `2024/25`. */
  readonly academicYear: string;
  readonly status: 'started' | 'completed' | 'returned' | 'signed-off';
  readonly started: Deed;
  /** What it rates by, so that it can be read without the programme. */
  readonly instrument: Pick<InstrumentVersion, 'version' | 'features' | 'groups'>;
  /** The first first. */
  readonly completions: readonly CompletionOfAudit[];
}

function deedOf({ metadata: { occurredAt, recordedAt, actor } }: RecordedEvent<AuditEvent>): Deed {
  return { at: occurredAt, recordedAt, by: actor.subject, role: actor.role };
}

/**
 * One cycle from its stream, whole. Total.
 * @param instrument the version that the cycle rates by
 * @returns `undefined` for a cycle that was never started
 */
export function wholeAudit(
  history: readonly RecordedEvent<AuditEvent>[],
  { version, features, groups }: InstrumentVersion,
): WholeAudit | undefined {
  let whole: WholeAudit | undefined;
  for (const event of history) {
    if (event.type === 'AuditStarted') {
      const { programmeId, urn, cycle } = event.data;
      const academicYear = event.data.academicYear ?? academicYearOf(event.metadata.occurredAt);
      whole = {
        ...{ programmeId, urn, cycle, academicYear, status: 'started', started: deedOf(event) },
        ...{ instrument: { version, features, groups }, completions: [] },
      };
    } else if (whole !== undefined) {
      whole = withOutcome(whole, event);
    }
  }
  return whole;
}

function withOutcome(
  whole: WholeAudit,
  event: RecordedEvent<Exclude<AuditEvent, { type: 'AuditStarted' }>>,
): WholeAudit {
  const { completions } = whole;
  if (event.type === 'AuditCompleted') {
    const { groups, ratings, needs, supportedBy } = event.data;
    const completion: CompletionOfAudit = {
      ...{ number: completions.length + 1, completed: deedOf(event) },
      ...{ groups, ratings, needs, supportedBy, outcome: 'none', decided: null, comments: null },
    };
    return { ...whole, status: 'completed', completions: [...completions, completion] };
  }
  const last = completions.at(-1);
  if (last === undefined) return whole; // no history holds this here
  const outcome = event.type === 'AuditSignedOff' ? 'signed-off' : 'returned';
  const comments = event.type === 'AuditReturned' ? event.data.comments : null;
  const decided = { ...last, outcome, decided: deedOf(event), comments } as const;
  return { ...whole, status: outcome, completions: [...completions.slice(0, -1), decided] };
}
