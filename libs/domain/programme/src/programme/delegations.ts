import {
  addDays,
  factOf,
  isRefusal,
  LONGEST_SUBJECT,
  NOT_BLANK,
  personOf,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  readDate,
  readSubject,
  SUBJECT_ID,
  type CalendarDate,
  type Command,
  type Decision,
  type Fact,
  type Person,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { LONGEST_REASON } from './effective-day.js';
import {
  approvalDelegated,
  approvalDelegationEnded,
  type ProgrammeEvent,
  type ProgrammeTerms,
} from './programme.events.js';

// Who is away lets somebody else approve up to their own limit, for some days. It lifts no separation: what one may not sign,
// nobody signs in that one's place.

export const LONGEST_DELEGATION_DAYS = 366;
export const MOST_DELEGATIONS = 1000;

const strict = { additionalProperties: false } as const;
const reason = Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK });
const date = Type.String({ maxLength: 10 });
const Delegating = Type.Object(
  {
    /** Subject id of who is to approve. */
    to: Type.String({
      maxLength: LONGEST_SUBJECT,
      pattern: SUBJECT_ID,
    }),
    startsOn: date,
    endsOn: date,
    reason,
  },
  strict,
);
const Ending = Type.Object({ delegation: Type.Integer({ minimum: 1 }), reason }, strict);

export type DelegateApprovalCommand = Command<
  'DelegateApproval',
  Readonly<Static<typeof Delegating>> & {
    /** On which it is told, whatever day it is dated. */
    readonly today: CalendarDate;
  }
>;
export type EndApprovalDelegationCommand = Command<'EndApprovalDelegation', Readonly<Static<typeof Ending>>>;

export interface Delegation {
  readonly delegation: number;
  readonly from: Person;
  readonly to: Person;
  readonly startsOn: CalendarDate;
  /** The last day; both are in London. */
  readonly endsOn: CalendarDate;
  readonly made: Fact;
  /** Taken back before its last day. */
  readonly ended: Fact | null;
}

export interface Delegated {
  readonly terms: ProgrammeTerms;
  readonly creation: Fact;
  /** In the order in which they were made. */
  readonly delegations: readonly Delegation[];
}

/** Those under which somebody may approve for another on a day. */
export function delegationsTo(
  { delegations }: Pick<Delegated, 'delegations'>,
  person: Person,
  day: CalendarDate,
): readonly Delegation[] {
  return delegations.filter(
    ({ to, startsOn, endsOn, ended }) =>
      ended === null && startsOn <= day && day <= endsOn && samePerson(to, person),
  );
}

function refuseDays(startsOn: CalendarDate, endsOn: CalendarDate, today: CalendarDate): Refusal | undefined {
  const broken = (field: string, rule: string): Refusal =>
    refusal('DELEGATION.DAYS', 'invalid', `${field} ${rule}`, { field });
  if (startsOn < today) return broken('startsOn', `${startsOn} has passed: nothing is delegated afterwards`);
  if (endsOn < startsOn) return broken('endsOn', `${endsOn} is before startsOn ${startsOn}`);
  if (endsOn > addDays(startsOn, LONGEST_DELEGATION_DAYS)) {
    return broken('endsOn', `must be at most ${LONGEST_DELEGATION_DAYS} days after startsOn ${startsOn}`);
  }
  return undefined;
}

/** Everybody delegates their own authority, and nobody else's. */
export function delegateApproval(
  { data: { today, ...data }, by, at }: DelegateApprovalCommand,
  { terms: { programmeId }, creation, delegations }: Delegated,
): Decision<ProgrammeEvent> {
  const malformed = refuseShape('DELEGATION.MALFORMED', Delegating, data);
  if (malformed !== undefined) return malformed;
  const startsOn = readDate(data.startsOn, 'startsOn');
  if (isRefusal(startsOn)) return startsOn;
  const endsOn = readDate(data.endsOn, 'endsOn');
  if (isRefusal(endsOn)) return endsOn;
  const from = personOf(by);
  const subject = readSubject(data.to, 'to');
  if (isRefusal(subject)) return subject;
  const to: Person = { issuer: by.issuer, subject };
  const same = delegations.some(
    (one) =>
      one.ended === null &&
      samePerson(one.from, from) &&
      samePerson(one.to, to) &&
      one.startsOn === startsOn &&
      one.endsOn === endsOn,
  );
  if (same) return [];
  if (samePerson(from, to)) {
    const message = `to '${data.to}' is who delegates: name somebody else`;
    return refusal('DELEGATION.TO_ONESELF', 'invalid', message, { field: 'to' });
  }
  if (delegations.length >= MOST_DELEGATIONS) {
    const message = `the programme has ${MOST_DELEGATIONS} delegations: more is a slip`;
    return refusal('DELEGATION.TOO_MANY', 'wrong-state', message);
  }
  return (
    refuseDays(startsOn, endsOn, today) ??
    refuseBefore(at, { 'the creation of the programme': creation.occurredAt }) ?? [
      approvalDelegated({
        ...{ programmeId, delegation: delegations.length + 1, from, to },
        ...{ startsOn, endsOn, reason: data.reason.trim() },
      }),
    ]
  );
}

export function endApprovalDelegation(
  { data, by, at }: EndApprovalDelegationCommand,
  { terms: { programmeId }, delegations }: Delegated,
): Decision<ProgrammeEvent> {
  const malformed = refuseShape('DELEGATION.MALFORMED', Ending, data);
  if (malformed !== undefined) return malformed;
  const { delegation } = data;
  const found = delegations.find((one) => one.delegation === delegation);
  if (found === undefined) {
    const message = `there is no delegation ${delegation}: the programme has ${delegations.length}`;
    return refusal('DELEGATION.UNKNOWN', 'not-found', message, { delegation });
  }
  if (!samePerson(found.from, by) && by.role !== 'administrator') {
    const message = `delegation ${delegation} is ${found.from.subject}'s: they end it, or an administrator`;
    return refusal('DELEGATION.NOT_YOURS', 'not-allowed', message, { delegation });
  }
  if (found.ended !== null) return [];
  return (
    refuseBefore(at, { 'the delegation': found.made.occurredAt }) ?? [
      approvalDelegationEnded({ programmeId, delegation, reason: data.reason.trim() }),
    ]
  );
}

export function withDelegation<S extends Delegated>(
  state: S,
  event: RecordedEvent<Extract<ProgrammeEvent, { type: 'ApprovalDelegated' | 'ApprovalDelegationEnded' }>>,
): S {
  if (event.type === 'ApprovalDelegationEnded') {
    const ended = factOf(event);
    const { delegation } = event.data;
    const delegations = state.delegations.map((one) =>
      one.delegation === delegation ? { ...one, ended } : one,
    );
    return { ...state, delegations };
  }
  const { delegation, from, to, startsOn, endsOn } = event.data;
  const days = { startsOn: startsOn as CalendarDate, endsOn: endsOn as CalendarDate };
  const made: Delegation = { delegation, from, to, ...days, made: factOf(event), ended: null };
  return { ...state, delegations: [...state.delegations, made] };
}
