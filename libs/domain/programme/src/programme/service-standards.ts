import {
  addDays,
  dateInLondon,
  factOf,
  isRefusal,
  NOT_BLANK,
  readDate,
  refusal,
  refuseBefore,
  refuseShape,
  type CalendarDate,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { Equal } from 'typebox/value';
import { ACTIONS, DESKS, type Action, type Desk, type Turn } from '../turn.js';
import { LONGEST_REASON, refuseEffectiveDay, takenForceBy } from './effective-day.js';
import { serviceStandardsSet, type ProgrammeEvent, type ProgrammeTerms } from './programme.events.js';
import { nextVersion, type Withdrawing } from './withdrawn-versions.js';

// Within how many days each desk does what waits for it: what has no last day of its own is overdue after them.

export const LONGEST_STANDARD_DAYS = 365;
export const MOST_STANDARDS_VERSIONS = 50;

/** Whom a programme can hold to a standard: not the bank, whose answer is due by its own days. */
export const HELD_DESKS: readonly Desk[] = DESKS.filter((desk) => desk !== 'bank');

/** What there can be a standard of: a desk, for all that waits for it, or one action, for which its own goes before its desk's. */
export const STANDARDS_OF: readonly (Desk | Action)[] = [
  ...HELD_DESKS,
  ...(Object.keys(ACTIONS) as Action[]).filter((action) => HELD_DESKS.includes(ACTIONS[action])),
];

/** Where nothing is set: four weeks for a setting, which has pupils to see to as well, and two for everybody else. */
export const DEFAULT_DAYS: Readonly<Record<Desk, number>> = {
  ...{ setting: 28, adviser: 14, operations: 14, approver: 14, payer: 14, board: 14, bank: 14 },
};

const Form = Type.Object(
  {
    standards: Type.Array(
      Type.Object(
        {
          of: Type.String({ maxLength: 50 }),
          days: Type.Integer({ minimum: 1, maximum: LONGEST_STANDARD_DAYS }),
        },
        { additionalProperties: false },
      ),
      { maxItems: STANDARDS_OF.length },
    ),
    effectiveOn: Type.String({ maxLength: 10 }),
    reason: Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK }),
  },
  { additionalProperties: false },
);

export type SetServiceStandardsCommand = Command<'SetServiceStandards', Readonly<Static<typeof Form>>>;

/** Of a desk or of one action: to be done this many days after the day on which it became theirs to do. */
export interface ServiceStandard {
  readonly of: string;
  readonly days: number;
}

/** A version of them. */
export interface ServiceStandards {
  readonly version: number;
  readonly effectiveOn: CalendarDate;
  readonly setBy: Fact;
  readonly standards: readonly ServiceStandard[];
}

/** Oldest first; none until the first are set. */
export interface Standards {
  readonly serviceStandards: readonly ServiceStandards[];
}

export interface HeldToStandards extends Withdrawing, Standards {
  readonly terms: ProgrammeTerms;
  readonly creation: Fact;
}

/** The standards in force on a day; `undefined` before the first. */
export function serviceStandardsOn(
  { serviceStandards }: Standards,
  date: CalendarDate,
): ServiceStandards | undefined {
  return takenForceBy(serviceStandards, date);
}

/** @param standards those in force; none: the defaults */
export function daysFor(action: Action, standards: readonly ServiceStandard[]): number {
  const desk = ACTIONS[action];
  const named = (name: Action | Desk) => standards.find(({ of }) => of === name)?.days;
  return named(action) ?? named(desk) ?? DEFAULT_DAYS[desk];
}

/**
 * A turn with the last day for it. One that it has of its own (the due day of a report, the end of an offer) it keeps; any
 * other has as many days as the standards say that were in force on the day on which it became theirs, so that new
 * standards move nothing that waits already. Where nobody need do anything, there is no last day.
 * @param programme in which it waits; by one that there is not, the defaults hold
 */
export function withLastDay<T extends Turn>(turn: T, programme: Standards | { readonly status: 'none' }): T {
  const { nextAction, nextSince, nextUntil } = turn;
  // Since when it waits is empty where what it follows from has not been seen yet.
  if (nextAction === null || nextSince === null || nextSince === '' || nextUntil !== null) return turn;
  const since = dateInLondon(nextSince as Instant);
  const inForce = 'serviceStandards' in programme ? serviceStandardsOn(programme, since) : undefined;
  return { ...turn, nextUntil: addDays(since, daysFor(nextAction, inForce?.standards ?? [])) };
}

/** The standards in one order, however they were given: of desks first. */
function inOrder(standards: readonly ServiceStandard[]): readonly ServiceStandard[] {
  return STANDARDS_OF.flatMap((name) => standards.filter(({ of }) => of === name));
}

function refuseNames(standards: readonly ServiceStandard[]): Refusal | undefined {
  for (const [place, { of }] of standards.entries()) {
    const field = `standards[${place}].of`;
    if (!STANDARDS_OF.some((name) => name === of)) {
      const message = `${field} '${of}' is neither a desk (${HELD_DESKS.join(', ')}) nor an action of one, such as judge-report`;
      return refusal('PROGRAMME.STANDARD_OF_NOTHING', 'invalid', message, { field });
    }
    if (standards.findIndex((one) => one.of === of) < place) {
      const message = `${field} '${of}' is named twice: a desk or an action has one standard`;
      return refusal('PROGRAMME.STANDARD_TWICE', 'invalid', message, { field });
    }
  }
  return undefined;
}

export function setServiceStandards(
  { data, at }: SetServiceStandardsCommand,
  state: HeldToStandards,
): Decision<ProgrammeEvent> {
  const { terms, creation, serviceStandards } = state;
  const malformed = refuseShape('PROGRAMME.MALFORMED', Form, data);
  if (malformed !== undefined) return malformed;
  const effectiveOn = readDate(data.effectiveOn, 'effectiveOn');
  if (isRefusal(effectiveOn)) return effectiveOn;
  const misnamed = refuseNames(data.standards);
  if (misnamed !== undefined) return misnamed;
  const standards = inOrder(data.standards).map(({ of, days }) => ({ of, days }));
  const last = serviceStandards.at(-1);
  if (last !== undefined && last.effectiveOn === effectiveOn && Equal(standards, last.standards)) return [];
  if (serviceStandards.length >= MOST_STANDARDS_VERSIONS) {
    const message = `the programme has ${MOST_STANDARDS_VERSIONS} versions of its service standards: more is a slip`;
    return refusal('PROGRAMME.TOO_MANY_VERSIONS', 'wrong-state', message);
  }
  const before = last ?? { version: 0, effectiveOn };
  return (
    refuseEffectiveDay('PROGRAMME.STANDARDS_EFFECTIVE_ON', effectiveOn, at, terms, before) ??
    refuseBefore(at, {
      'the creation of the programme': creation.occurredAt,
      'the last version of the service standards': last?.setBy.occurredAt,
    }) ?? [
      serviceStandardsSet({
        ...{ programmeId: terms.programmeId, effectiveOn, standards },
        version: nextVersion(state, 'service-standards', serviceStandards),
        reason: data.reason.trim(),
      }),
    ]
  );
}

export function withServiceStandards<S extends HeldToStandards>(
  state: S,
  event: RecordedEvent<Extract<ProgrammeEvent, { type: 'ServiceStandardsSet' }>>,
): S {
  const { version, effectiveOn, standards } = event.data;
  const set: ServiceStandards = {
    ...{ version, effectiveOn: effectiveOn as CalendarDate, setBy: factOf(event), standards },
  };
  return { ...state, serviceStandards: [...state.serviceStandards, set] };
}
