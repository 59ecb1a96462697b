import {
  dateInLondon,
  isRefusal,
  isUrn,
  NOT_BLANK,
  readDate,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  SHA256,
  type Actor,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type Refusal,
} from '#kernel';
import { Type } from 'typebox';
import { Equal } from 'typebox/value';
import type { CurrentFigure } from './current-figure.js';
import { FTE_RULE, isFte } from './fte.js';
import {
  workforceFigureEntered,
  workforceFigureRejected,
  workforceFigureVerified,
  type EnteredFigure,
  type SettingEvent,
} from './setting.events.js';

// Where the census withholds the number of teachers, has none, or has a mistaken one: a figure from other evidence, by two
// people.

export const LONGEST_NOTE = 2000;
export const LONGEST_DOCUMENT_NAME = 200;
export const LONGEST_ID = 100;

const text = (maxLength: number) => Type.String({ maxLength, pattern: NOT_BLANK });
const Entering = Type.Object(
  {
    urn: Type.String({ maxLength: 6 }),
    fte: Type.String({ maxLength: 20 }),
    countedOn: Type.String({ maxLength: 10 }),
    corrects: Type.Union([Type.String({ maxLength: LONGEST_ID }), Type.Null()]),
    document: Type.Object(
      { name: text(LONGEST_DOCUMENT_NAME), sha256: Type.String({ pattern: SHA256 }) },
      { additionalProperties: false },
    ),
    note: text(LONGEST_NOTE),
  },
  { additionalProperties: false },
);
const Rejecting = Type.Object({ reason: text(LONGEST_NOTE) });

/** Of the entry that was looked at: what has been entered anew since is not verified by mistake. */
type OfEntry = Readonly<{ urn: string; entryId: string }>;
export type EnterWorkforceFigureCommand = Command<
  'EnterWorkforceFigure',
  /** `corrects`: the id of the event that says the mistaken figure. */
  Omit<EnteredFigure, 'corrects'> & { readonly corrects: string | null }
>;
export type VerifyWorkforceFigureCommand = Command<'VerifyWorkforceFigure', OfEntry>;
export type RejectWorkforceFigureCommand = Command<
  'RejectWorkforceFigure',
  OfEntry & { readonly reason: string }
>;
export type EnteredFigureCommand =
  EnterWorkforceFigureCommand | VerifyWorkforceFigureCommand | RejectWorkforceFigureCommand;

/** The newest entry, and what became of it. */
export type Entered = EnteredFigure & {
  readonly fact: Fact;
  readonly by: Actor;
  readonly looked: (Fact & { readonly by: Actor; readonly verified: boolean }) | null;
};

export interface FiguresState {
  /** What counts; `null` while nothing does. */
  readonly counts: CurrentFigure | null;
  readonly entered: Entered | null;
}

function malformed(field: string, value: string, rule: string): Refusal {
  return refusal('FTE.MALFORMED', 'invalid', `${field} '${value.slice(0, 40)}' ${rule}`, { field });
}

/** What is known is put aside only by naming it, and what has come to be known since is not put aside by mistake. */
function refuseAnother(
  urn: string,
  counts: CurrentFigure | null,
  corrects: string | null,
): Refusal | undefined {
  if (counts === null || counts.fte === null) {
    if (corrects === null) return undefined;
    const message = `it is not known how many teachers setting ${urn} has: there is nothing to correct, so name nothing`;
    return refusal('FTE.NOTHING_TO_CORRECT', 'wrong-state', message, { field: 'corrects', urn });
  }
  const { eventId } = counts.event;
  if (corrects === eventId) return undefined;
  const where = counts.source === null ? 'verified' : `${counts.source.file}, row ${counts.source.row}`;
  return refusal(
    'FTE.KNOWN',
    'wrong-state',
    `setting ${urn} has ${counts.fte} teachers (${where}): if that is a mistake, say that you correct it, by its id ${eventId}`,
    { field: 'corrects', urn, fte: counts.fte, eventId },
  );
}

function refuseCountedOn(countedOn: string, at: Instant): Refusal | undefined {
  const date = readDate(countedOn, 'countedOn');
  if (isRefusal(date))
    return malformed('countedOn', countedOn, 'must be a date in the calendar, written YYYY-MM-DD');
  const today = dateInLondon(at);
  if (date > today)
    return malformed('countedOn', countedOn, `is after ${today}, the day on which it is entered`);
  return undefined;
}

export function enterFigure(
  { data, by, at }: EnterWorkforceFigureCommand,
  { counts, entered }: FiguresState,
): Decision<SettingEvent> {
  const broken = refuseShape('FTE.MALFORMED', Entering, data);
  if (broken !== undefined) return broken;
  const { urn, fte, countedOn } = data;
  if (!isUrn(urn)) return malformed('urn', urn, "must be 6 digits, or 5 for a children's centre");
  if (!isFte(fte)) return malformed('fte', fte, FTE_RULE);
  const badDay = refuseCountedOn(countedOn, at);
  if (badDay !== undefined) return badDay;
  const another = refuseAnother(urn, counts, data.corrects);
  if (another !== undefined) return another;
  const corrects = data.corrects === null ? null : (counts?.event ?? null);
  const entry = { ...data, corrects, note: data.note.trim() };
  if (entered !== null && entered.looked === null && samePerson(entered.by, by)) {
    const { fact: _fact, by: _by, looked: _looked, ...same } = entered;
    if (Equal(same, entry)) return [];
  }
  return (
    refuseBefore(at, {
      'the figure that it would replace': counts?.occurredAt,
      'what was entered before': entered?.fact.occurredAt,
    }) ?? [workforceFigureEntered(entry)]
  );
}

/** What waits to be looked at by somebody else. */
function waiting(
  { data: { urn, entryId }, by }: VerifyWorkforceFigureCommand | RejectWorkforceFigureCommand,
  { entered }: FiguresState,
): Entered | Refusal {
  if (entered === null) {
    return refusal('FTE.NOT_ENTERED', 'wrong-state', `no figure has been entered for setting ${urn}`, {
      urn,
    });
  }
  if (entered.fact.event.eventId !== entryId) {
    const message = `another figure has been entered for setting ${urn} since, ${entered.fte} teachers: look at that one`;
    return refusal('FTE.ANOTHER_ENTRY', 'stale', message, { field: 'entryId', urn });
  }
  if (samePerson(entered.by, by)) {
    const message = `${by.subject} entered this figure: somebody else looks at its evidence`;
    return refusal('FTE.SAME_PERSON', 'not-allowed', message, { subject: by.subject });
  }
  return entered;
}

function lookedAlready({ looked, fte }: Entered, by: Actor, verified: boolean): [] | Refusal | undefined {
  if (looked === null) return undefined;
  if (looked.verified === verified && samePerson(looked.by, by)) return [];
  const how = looked.verified ? 'verified' : 'rejected';
  const message = `the figure of ${fte} was ${how} by ${looked.by.subject} already: enter another`;
  return refusal('FTE.LOOKED_AT', 'wrong-state', message, { by: looked.by.subject });
}

export function verifyFigure(
  command: VerifyWorkforceFigureCommand,
  state: FiguresState,
): Decision<SettingEvent> {
  const entered = waiting(command, state);
  if ('refused' in entered) return entered;
  const { urn, fte, countedOn, document, corrects, fact } = entered;
  return (
    lookedAlready(entered, command.by, true) ??
    refuseAnother(urn, state.counts, corrects?.eventId ?? null) ??
    refuseBefore(command.at, {
      'the entry of the figure': fact.occurredAt,
      'the figure that it would replace': state.counts?.occurredAt,
    }) ?? [workforceFigureVerified({ urn, fte, countedOn, document, entry: fact.event })]
  );
}

export function rejectFigure(
  command: RejectWorkforceFigureCommand,
  state: FiguresState,
): Decision<SettingEvent> {
  const broken = refuseShape('FTE.MALFORMED', Rejecting, { reason: command.data.reason });
  if (broken !== undefined) return broken;
  const entered = waiting(command, state);
  if ('refused' in entered) return entered;
  const { urn, fact } = entered;
  return (
    lookedAlready(entered, command.by, false) ??
    refuseBefore(command.at, { 'the entry of the figure': fact.occurredAt }) ?? [
      workforceFigureRejected({ urn, entry: fact.event, reason: command.data.reason.trim() }),
    ]
  );
}
