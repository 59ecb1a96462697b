import {
  addDays,
  dateInLondon,
  factOf,
  isRefusal,
  LONGEST_SUBJECT,
  namedAgain,
  NOT_BLANK,
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
  parseDate,
  readDate,
  readSubject,
  readSubjects,
  sameSubject,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { LONGEST_REASON } from './effective-day.js';
import { nextVersion, type Withdrawing } from './withdrawn-versions.js';
import {
  programmeBoardNamed,
  seniorOwnerAppointed,
  type ProgrammeEvent,
  type ProgrammeTerms,
} from './programme.events.js';

export const MOST_BOARD_MEMBERS = 30;
export const MOST_APPOINTMENTS = 100;
/** Somebody answers for a programme while it is being closed, too; a day beyond that is a slip. */
const DAYS_AFTER_THE_END = 366;

const Subject = Type.String({ maxLength: LONGEST_SUBJECT, pattern: NOT_BLANK });
const ofEveryAppointment = {
  effectiveOn: Type.String({ maxLength: 10 }),
  reason: Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK }),
};
const strict = { additionalProperties: false } as const;
const Appointment = Type.Object({ subject: Subject, ...ofEveryAppointment }, strict);
const Board = Type.Object(
  {
    members: Type.Array(Subject, { minItems: 1, maxItems: MOST_BOARD_MEMBERS }),
    ...ofEveryAppointment,
  },
  strict,
);

export type AppointSeniorOwnerCommand = Command<'AppointSeniorOwner', Readonly<Static<typeof Appointment>>>;
export type NameProgrammeBoardCommand = Command<'NameProgrammeBoard', Readonly<Static<typeof Board>>>;

interface FromDay {
  /** 1, 2, 3 … in the order in which they were named. */
  readonly version: number;
  readonly effectiveOn: CalendarDate;
  /** The event that says so. */
  readonly setBy: Fact;
}

/** Who answers for a programme; each list oldest first, each entry until the day of the next. */
export interface Governed extends Withdrawing {
  readonly terms: ProgrammeTerms;
  readonly owners: readonly (FromDay & { readonly subject: string })[];
  readonly boards: readonly (FromDay & { readonly members: readonly string[] })[];
}

function refuseFollowing(
  effectiveOn: CalendarDate,
  last: FromDay | undefined,
  { at, endsOn }: { readonly at: Instant } & Pick<ProgrammeTerms, 'endsOn'>,
): Refusal | undefined {
  if (effectiveOn > addDays(parseDate(endsOn), DAYS_AFTER_THE_END)) {
    return refusal(
      'PROGRAMME.APPOINTED_TOO_LATE',
      'invalid',
      `effectiveOn ${effectiveOn} is more than a year after the programme ends, ${endsOn}`,
      { field: 'effectiveOn' },
    );
  }
  if (last === undefined || effectiveOn >= last.effectiveOn) return undefined;
  const orElse = last.effectiveOn > dateInLondon(at) ? ', or withdraw that one if it is a mistake' : '';
  return refusal(
    'PROGRAMME.APPOINTED_EARLIER',
    'invalid',
    `effectiveOn ${effectiveOn} is before ${last.effectiveOn}, from when the one before is named: give that day or a later one${orElse}`,
    { field: 'effectiveOn' },
  );
}

function tooMany(named: readonly unknown[]): Refusal | undefined {
  return named.length < MOST_APPOINTMENTS
    ? undefined
    : refusal(
        'PROGRAMME.TOO_MANY_APPOINTMENTS',
        'wrong-state',
        `${MOST_APPOINTMENTS} have been named one after the other: more is a slip`,
      );
}

/** A day that has passed may be given: who answered for the programme then is written down when it is known. */
export function appointSeniorOwner(
  { data, at }: AppointSeniorOwnerCommand,
  { terms, owners }: Governed,
): Decision<ProgrammeEvent> {
  const malformed = refuseShape('PROGRAMME.MALFORMED', Appointment, data);
  if (malformed !== undefined) return malformed;
  const effectiveOn = readDate(data.effectiveOn, 'effectiveOn');
  if (isRefusal(effectiveOn)) return effectiveOn;
  const subject = readSubject(data.subject.trim(), 'subject');
  if (isRefusal(subject)) return subject;
  const last = owners.at(-1);
  const following = refuseFollowing(effectiveOn, last, { at, endsOn: terms.endsOn });
  if (following !== undefined) return following;
  if (last !== undefined && sameSubject(last.subject, subject)) return [];
  return (
    tooMany(owners) ??
    refuseBefore(at, { 'the last appointment': last?.setBy.occurredAt }) ?? [
      seniorOwnerAppointed({
        programmeId: terms.programmeId,
        subject,
        effectiveOn,
        reason: data.reason.trim(),
      }),
    ]
  );
}

/** One person has one seat, however they are spelt. */
function namedTwice(members: readonly string[]): Refusal | undefined {
  const place = namedAgain(members);
  if (place < 0) return undefined;
  const [field, member] = [`members[${place}]`, members[place]!];
  const first = members.find((one) => sameSubject(one, member))!;
  const message = `${field} '${member}' is named twice${first === member ? '' : `: '${first}' is the same person`}`;
  return refusal('PROGRAMME.MEMBER_TWICE', 'invalid', message, { field });
}

/** Neither names anybody twice. */
function sameMembers(some: readonly string[], others: readonly string[]): boolean {
  return (
    some.length === others.length && some.every((one) => others.some((other) => sameSubject(one, other)))
  );
}

export function nameProgrammeBoard(
  { data, at }: NameProgrammeBoardCommand,
  { terms, boards }: Governed,
): Decision<ProgrammeEvent> {
  const malformed = refuseShape('PROGRAMME.MALFORMED', Board, data);
  if (malformed !== undefined) return malformed;
  const effectiveOn = readDate(data.effectiveOn, 'effectiveOn');
  if (isRefusal(effectiveOn)) return effectiveOn;
  const members = readSubjects(data.members, (place) => `members[${place}]`);
  if (isRefusal(members)) return members;
  const twice = namedTwice(members);
  if (twice !== undefined) return twice;
  const last = boards.at(-1);
  const following = refuseFollowing(effectiveOn, last, { at, endsOn: terms.endsOn });
  if (following !== undefined) return following;
  if (last !== undefined && sameMembers(last.members, members)) return [];
  return (
    tooMany(boards) ??
    refuseBefore(at, { 'the last naming of the board': last?.setBy.occurredAt }) ?? [
      programmeBoardNamed({
        programmeId: terms.programmeId,
        members: [...members],
        effectiveOn,
        reason: data.reason.trim(),
      }),
    ]
  );
}

export function withGovernance<S extends Governed>(
  state: S,
  event: RecordedEvent<Extract<ProgrammeEvent, { type: 'SeniorOwnerAppointed' | 'ProgrammeBoardNamed' }>>,
): S {
  const effectiveOn = event.data.effectiveOn as CalendarDate;
  const from = { effectiveOn, setBy: factOf(event) };
  if (event.type === 'SeniorOwnerAppointed') {
    const version = nextVersion(state, 'senior-owner', state.owners);
    return { ...state, owners: [...state.owners, { ...from, version, subject: event.data.subject }] };
  }
  const version = nextVersion(state, 'board', state.boards);
  return { ...state, boards: [...state.boards, { ...from, version, members: event.data.members }] };
}
