import { MOST_GROUPS } from '#domain/audits';
import {
  isPence,
  isRefusal,
  LARGEST_PENCE,
  NOT_BLANK,
  parseDate,
  refusal,
  RefusalError,
  refuseShape,
  SLUG,
  type CalendarDate,
  type Pence,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { keepsGroup, keptGroupsInWords, keptNeedsInWords, tiedAsBefore } from './carried-over.js';
import type { PlanAction } from './plan.events.js';

export const MOST_ACTIONS = 100;
export const LARGEST_HEADCOUNT = 10_000;
export const MOST_MILESTONES = 20;
export const MOST_OUTCOMES = 10;
/** Of do-ability and of impact: the prioritisation matrix is 4 by 4. */
export const HIGHEST_SCORE = 4;

const slug = () => Type.String({ minLength: 1, maxLength: 60, pattern: SLUG });
const text = (maxLength: number) => Type.String({ maxLength, pattern: NOT_BLANK });
const heads = () => Type.Integer({ minimum: 1, maximum: LARGEST_HEADCOUNT });
const score = () => Type.Optional(Type.Integer({ minimum: 1, maximum: HIGHEST_SCORE }));
const closed = { additionalProperties: false };

export const SubmittedActions = Type.Array(
  Type.Object(
    {
      actionId: slug(),
      needId: slug(),
      activity: text(500),
      audience: text(300),
      headcount: heads(),
      headcountByGroup: Type.Optional(
        Type.Array(Type.Object({ group: slug(), headcount: heads() }, closed), { maxItems: MOST_GROUPS }),
      ),
      provider: Type.Optional(text(200)),
      costPence: Type.Integer({ minimum: 1, maximum: LARGEST_PENCE }),
      startsOn: Type.String({ maxLength: 10 }),
      endsOn: Type.String({ maxLength: 10 }),
      desiredResponse: Type.Optional(text(1000)),
      desiredOutcomes: Type.Array(text(1000), { minItems: 1, maxItems: MOST_OUTCOMES }),
      finalOutcomes: Type.Optional(Type.Array(text(1000), { maxItems: MOST_OUTCOMES })),
      doability: score(),
      impact: score(),
      milestones: Type.Optional(
        Type.Array(Type.Object({ on: Type.String({ maxLength: 10 }), what: text(300) }, closed), {
          maxItems: MOST_MILESTONES,
        }),
      ),
    },
    closed,
  ),
  { minItems: 1, maxItems: MOST_ACTIONS },
);
export type SubmittedActions = Static<typeof SubmittedActions>;
type SubmittedAction = SubmittedActions[number];

/** What the setting says; the rest a command carries is looked up. */
const Submission = Type.Object({ actions: SubmittedActions });

const Reason = Type.Object({ reason: Type.String({ maxLength: 2000, pattern: NOT_BLANK }) });

export function refuseReason(reason: string): Refusal | undefined {
  return refuseShape('PLAN.MALFORMED', Reason, { reason });
}

/** Between which dates a plan's actions lie, which needs they may answer, and for whom. */
export interface PlanBounds {
  readonly needIds: readonly string[];
  /** Of the workforce, as the instrument has them by which the audit rated; also those that the setting had nobody in. */
  readonly groups: readonly string[];
  readonly startsOn: CalendarDate;
  readonly endsOn: CalendarDate;
  /** The actions of the version in force, or that was so last: what one of them is tied to it may keep. */
  readonly carried: readonly PlanAction[];
}

function invalid(code: string, field: string, message: string): Refusal {
  return refusal(code, 'invalid', `${field} ${message}`, { field });
}

function date(value: string, field: string): CalendarDate | Refusal {
  try {
    return parseDate(value, field);
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
}

function brokenDates(action: SubmittedAction, at: string, bounds: PlanBounds): Refusal | undefined {
  const start = date(action.startsOn, `${at}.startsOn`);
  if (isRefusal(start)) return start;
  const end = date(action.endsOn, `${at}.endsOn`);
  if (isRefusal(end)) return end;
  const late = (field: string, message: string): Refusal => invalid('PLAN.DATES', `${at}.${field}`, message);
  if (end < start) return late('endsOn', `${end} is before startsOn ${start}`);
  if (start < bounds.startsOn)
    return late('startsOn', `${start} is before the programme, which starts on ${bounds.startsOn}`);
  if (end > bounds.endsOn)
    return late('endsOn', `${end} is after the programme, which ends on ${bounds.endsOn}`);
  for (const [index, milestone] of (action.milestones ?? []).entries()) {
    const field = `milestones[${index}].on`;
    const on = date(milestone.on, `${at}.${field}`);
    if (isRefusal(on)) return on;
    if (on < start || on > end) return late(field, `${on} is not within its action, ${start} to ${end}`);
  }
  return undefined;
}

function brokenHeadcount(
  action: SubmittedAction,
  at: string,
  { groups: known, carried }: PlanBounds,
): Refusal | undefined {
  const { headcount, headcountByGroup = [] } = action;
  const groups = new Set<string>();
  for (const [index, { group }] of headcountByGroup.entries()) {
    const field = `${at}.headcountByGroup[${index}].group`;
    if (!known.includes(group) && !keepsGroup(action.actionId, group, carried)) {
      const message =
        `'${group}' is no group of the instrument that the audit rates by; it has ${known.join(', ')}` +
        keptGroupsInWords(action.actionId, known, carried);
      return invalid('PLAN.UNKNOWN_GROUP', field, message);
    }
    if (groups.has(group)) return invalid('PLAN.GROUP_TWICE', field, `'${group}' is counted twice`);
    groups.add(group);
  }
  const sum = headcountByGroup.reduce((all, one) => all + one.headcount, 0);
  if (headcountByGroup.length === 0 || sum === headcount) return undefined;
  const field = `${at}.headcountByGroup`;
  return invalid('PLAN.HEADCOUNT', field, `adds up to ${sum}, but ${at}.headcount is ${headcount}`);
}

/** A need that this audit found; of an earlier one only what the action was tied to in the version in force. */
function brokenNeed(action: SubmittedAction, at: string, { needIds, carried }: PlanBounds) {
  const { needId } = action;
  if (needIds.includes(needId) || tiedAsBefore(action, carried) !== undefined) return undefined;
  const field = `${at}.needId`;
  const message =
    `${field} '${needId}' is not a need the audit found; it found ${needIds.join(', ')}` +
    keptNeedsInWords(needIds, carried);
  return refusal('PLAN.UNKNOWN_NEED', 'not-found', message, { field, needId });
}

/** The first rule that the actions of a plan break, naming the field; the total if they break none. */
export function totalOf(actions: SubmittedActions, bounds: PlanBounds): Pence | Refusal {
  const malformed = refuseShape('PLAN.MALFORMED', Submission, { actions });
  if (malformed !== undefined) return malformed;
  const seen = new Set<string>();
  let total = 0;
  for (const [index, action] of actions.entries()) {
    const at = `actions[${index}]`;
    const { actionId } = action;
    if (seen.has(actionId)) {
      const field = `${at}.actionId`;
      return refusal('PLAN.ACTION_TWICE', 'invalid', `${field} '${actionId}' is used twice`, {
        field,
        actionId,
      });
    }
    seen.add(actionId);
    const broken =
      brokenNeed(action, at, bounds) ??
      brokenDates(action, at, bounds) ??
      brokenHeadcount(action, at, bounds);
    if (broken !== undefined) return broken;
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

/**
 * A plan is read, changed and sent back: the `null`s of what was not said say it once more.
 * @param actions not looked at yet, so that they may be anything
 */
export function withoutNulls(actions: SubmittedActions): SubmittedActions {
  if (!Array.isArray(actions)) return actions;
  return actions.map((action: unknown) =>
    typeof action === 'object' && action !== null
      ? Object.fromEntries(Object.entries(action).filter(([, value]) => value !== null))
      : action,
  ) as SubmittedActions;
}

/** The actions as an event says them: what was left out is `null` or an empty list. */
export function wholeActions(actions: SubmittedActions): PlanAction[] {
  return actions.map((action) => ({
    actionId: action.actionId,
    needId: action.needId,
    activity: action.activity,
    audience: action.audience,
    headcount: action.headcount,
    headcountByGroup: action.headcountByGroup ?? [],
    provider: action.provider ?? null,
    costPence: action.costPence,
    startsOn: action.startsOn,
    endsOn: action.endsOn,
    desiredResponse: action.desiredResponse ?? null,
    desiredOutcomes: action.desiredOutcomes,
    finalOutcomes: action.finalOutcomes ?? [],
    doability: action.doability ?? null,
    impact: action.impact ?? null,
    milestones: action.milestones ?? [],
  }));
}
