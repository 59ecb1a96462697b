import {
  isPence,
  isRefusal,
  LARGEST_PENCE,
  NOT_BLANK,
  parseDate,
  refusal,
  RefusalError,
  refuseShape,
  type CalendarDate,
  type Pence,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';

export const MOST_ACTIONS = 100;
export const LARGEST_HEADCOUNT = 10_000;

const SLUG = '^[a-z0-9]+(-[a-z0-9]+)*$';
const slug = () => Type.String({ minLength: 1, maxLength: 60, pattern: SLUG });
const text = (maxLength: number) => Type.String({ maxLength, pattern: NOT_BLANK });

export const SubmittedActions = Type.Array(
  Type.Object(
    {
      actionId: slug(),
      needId: slug(),
      activity: text(500),
      audience: text(300),
      headcount: Type.Integer({ minimum: 1, maximum: LARGEST_HEADCOUNT }),
      costPence: Type.Integer({ minimum: 1, maximum: LARGEST_PENCE }),
      startsOn: Type.String({ maxLength: 10 }),
      endsOn: Type.String({ maxLength: 10 }),
      desiredOutcome: text(1000),
    },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: MOST_ACTIONS },
);
export type SubmittedActions = Static<typeof SubmittedActions>;

/** What the setting says; the rest a command carries is looked up. */
const Submission = Type.Object({ actions: SubmittedActions });

/** Between which dates a plan's actions lie, and which needs they may answer. */
export interface PlanBounds {
  readonly needIds: readonly string[];
  readonly startsOn: CalendarDate;
  readonly endsOn: CalendarDate;
}

function date(value: string, field: string): CalendarDate | Refusal {
  try {
    return parseDate(value, field);
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
}

function brokenDates(
  { startsOn, endsOn }: SubmittedActions[number],
  at: string,
  bounds: PlanBounds,
): Refusal | undefined {
  const start = date(startsOn, `${at}.startsOn`);
  if (isRefusal(start)) return start;
  const end = date(endsOn, `${at}.endsOn`);
  if (isRefusal(end)) return end;
  const late = (field: string, message: string): Refusal =>
    refusal('PLAN.DATES', 'invalid', `${at}.${field} ${message}`, { field: `${at}.${field}` });
  if (end < start) return late('endsOn', `${end} is before startsOn ${start}`);
  if (start < bounds.startsOn)
    return late('startsOn', `${start} is before the programme, which starts on ${bounds.startsOn}`);
  if (end > bounds.endsOn)
    return late('endsOn', `${end} is after the programme, which ends on ${bounds.endsOn}`);
  return undefined;
}

/** The first rule that the actions of a plan break, naming the field; the total if they break none. */
export function totalOf(actions: SubmittedActions, bounds: PlanBounds): Pence | Refusal {
  const malformed = refuseShape('PLAN.MALFORMED', Submission, { actions });
  if (malformed !== undefined) return malformed;
  const needs = new Set(bounds.needIds);
  const seen = new Set<string>();
  let total = 0;
  for (const [index, action] of actions.entries()) {
    const at = `actions[${index}]`;
    const { actionId, needId } = action;
    if (seen.has(actionId)) {
      const field = `${at}.actionId`;
      return refusal('PLAN.ACTION_TWICE', 'invalid', `${field} '${actionId}' is used twice`, {
        field,
        actionId,
      });
    }
    seen.add(actionId);
    if (!needs.has(needId)) {
      const field = `${at}.needId`;
      return refusal(
        'PLAN.UNKNOWN_NEED',
        'not-found',
        `${field} '${needId}' is not a need the audit found; it found ${bounds.needIds.join(', ')}`,
        {
          field,
          needId,
        },
      );
    }
    const dates = brokenDates(action, at, bounds);
    if (dates !== undefined) return dates;
    total += action.costPence;
    if (!isPence(total)) {
      const field = `${at}.costPence`;
      return refusal(
        'PLAN.TOTAL_TOO_LARGE',
        'invalid',
        `with ${field} the plan costs more than ${LARGEST_PENCE} pence`,
        { field },
      );
    }
  }
  return total;
}
