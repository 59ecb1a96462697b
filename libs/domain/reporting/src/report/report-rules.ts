import type { ReportWindow } from '#domain/programme';
import {
  dateInLondon,
  endOfDay,
  LARGEST_PENCE,
  NOT_BLANK,
  parseDate,
  refusal,
  refuseShape,
  startOfDay,
  SHA256,
  type Actor,
  type Instant,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import type { Arrival } from './report.events.js';

export const MOST_REPORTED_ACTIONS = 100;
/** Files that show one action. */
export const MOST_EVIDENCE = 20;
export const ACTION_STATUSES = ['not-started', 'under-way', 'done', 'dropped'] as const;

/** What a setting says in a progress report. */
export const ReportContents = Type.Object(
  {
    summary: Type.String({ maxLength: 4000, pattern: NOT_BLANK }),
    actions: Type.Array(
      Type.Object(
        {
          actionId: Type.String({ minLength: 1, maxLength: 60 }),
          status: Type.Enum([...ACTION_STATUSES]),
          spentPence: Type.Integer({ minimum: 0, maximum: LARGEST_PENCE }),
          note: Type.String({ maxLength: 2000 }),
          /** Attachments, by SHA-256. */
          evidence: Type.Array(Type.String({ pattern: SHA256 }), {
            maxItems: MOST_EVIDENCE,
            uniqueItems: true,
          }),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MOST_REPORTED_ACTIONS },
    ),
  },
  { additionalProperties: false },
);
export type ReportContents = Static<typeof ReportContents>;

const ArrivalSaid = Type.Object({
  arrival: Type.Object(
    {
      how: Type.String({ maxLength: 200, pattern: NOT_BLANK }),
      why: Type.String({ maxLength: 2000, pattern: NOT_BLANK }),
    },
    { additionalProperties: false },
  ),
});

/**
 * A report counts from the day on which it is received. Only operations may say that it came on an earlier one, naming
 * how and why: as far back as the window was open and what the report rests on was there.
 */
export function refuseDating(
  arrival: Arrival | null,
  by: Actor,
  at: Instant,
  receivedAt: Instant,
): Refusal | undefined {
  if (arrival !== null) {
    if (by.role === 'operations') return refuseShape('REPORT.MALFORMED', ArrivalSaid, { arrival });
    return refusal(
      'REPORT.ARRIVAL_BY_OPERATIONS',
      'not-allowed',
      'arrival is for operations to say, of a report that came another way: what a setting sends in itself has none',
      { field: 'arrival' },
    );
  }
  const receivedOn = dateInLondon(receivedAt);
  if (dateInLondon(at) >= receivedOn) return undefined;
  if (by.role === 'operations') {
    return refusal(
      'REPORT.ARRIVAL_NOT_SAID',
      'invalid',
      `arrival must say how the report came on ${dateInLondon(at)} and why it is recorded only on ${receivedOn}: { "how": "by post", "why": "…" }`,
      { field: 'arrival', receivedOn },
    );
  }
  return refusal(
    'REPORT.DATED_BY_RECEIPT',
    'not-allowed',
    `a report counts from the day it is received, ${receivedOn}, not ${dateInLondon(at)}: one that came earlier another way is recorded by operations`,
    { field: 'occurredAt', receivedOn },
  );
}

/** From the beginning of the day a window opens to the end of the day it closes; late after `dueOn` is still in time. */
export function refuseOutside(window: ReportWindow, at: Instant): Refusal | undefined {
  const { number, opensOn, closesOn } = window;
  if (at < startOfDay(parseDate(opensOn, 'opensOn'))) {
    return refusal(
      'REPORT.WINDOW_NOT_OPEN',
      'wrong-state',
      `report window ${number} opens on ${opensOn}: at ${at} it is too early to report`,
      { window: number, opensOn },
    );
  }
  if (at > endOfDay(parseDate(closesOn, 'closesOn'))) {
    return refusal(
      'REPORT.WINDOW_CLOSED',
      'wrong-state',
      `report window ${number} closed at the end of ${closesOn}: at ${at} it is too late to report`,
      { window: number, closesOn },
    );
  }
  return undefined;
}

/**
 * The first rule that a report's contents break, naming the field.
 * @param planned the actions of the plan in force: each must be told of
 * @param formerly those of earlier versions that were in force: money may have been spent on them
 */
export function brokenRule(
  contents: ReportContents,
  planned: readonly string[],
  formerly: readonly string[],
): Refusal | undefined {
  const malformed = refuseShape('REPORT.MALFORMED', ReportContents, contents);
  if (malformed !== undefined) return malformed;
  const known = new Set([...planned, ...formerly]);
  const seen = new Set<string>();
  for (const [index, { actionId }] of contents.actions.entries()) {
    const field = `actions[${index}].actionId`;
    if (!known.has(actionId)) {
      return refusal(
        'REPORT.UNKNOWN_ACTION',
        'not-found',
        `${field} '${actionId}' is not an action of the approved plan, now or before; it has ${[...known].join(', ')}`,
        { field, actionId },
      );
    }
    if (seen.has(actionId)) {
      return refusal('REPORT.ACTION_TWICE', 'invalid', `${field} '${actionId}' is reported twice`, {
        field,
        actionId,
      });
    }
    seen.add(actionId);
  }
  const missing = planned.filter((actionId) => !seen.has(actionId));
  if (missing.length === 0) return undefined;
  return refusal(
    'REPORT.ACTIONS_MISSING',
    'invalid',
    `actions must tell of every action of the approved plan, also of one that has not been started, with £0 spent; ` +
      `there is no word of ${missing.join(', ')}`,
    { field: 'actions', missing },
  );
}
