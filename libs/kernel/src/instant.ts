import { Temporal } from 'temporal-polyfill';
import { refusal, RefusalError, type Refusal } from './refusal.js';

/**
 * A moment in UTC with millisecond precision, always written `YYYY-MM-DDTHH:mm:ss.sssZ`, so that comparing
 * two as strings compares them in time.
 */
export type Instant = string & { readonly __instant: unique symbol };

/** The time zone in which a programme's dates are meant. */
export const PROGRAMME_TIME_ZONE = 'Europe/London';

const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}$/;
const WITH_OFFSET = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

function bad(field: string, value: string, rule: string): RefusalError {
  return new RefusalError(
    refusal('TIME.NOT_UNDERSTOOD', 'invalid', `${field} '${value}' ${rule}`, { field, value }),
  );
}

export function instantFromMillis(milliseconds: number): Instant {
  return new Date(milliseconds).toISOString() as Instant;
}

export function millisOf(instant: Instant): number {
  return Date.parse(instant);
}

/**
 * Reads an instant written with its offset, such as `2024-10-27T01:30:00+01:00`; finer than a millisecond is cut off.
 * @throws RefusalError `TIME.NOT_UNDERSTOOD` naming `field`
 */
export function parseInstant(value: string, field = 'instant'): Instant {
  return instantIn(value, field, 'must be an instant with an offset, such as 2024-10-27T01:30:00+01:00');
}

function instantIn(value: string, field: string, rule: string): Instant {
  if (!WITH_OFFSET.test(value)) throw bad(field, value, rule);
  try {
    return instantFromMillis(Temporal.Instant.from(value).epochMilliseconds);
  } catch {
    throw bad(field, value, 'is not a moment that exists');
  }
}

const DATE_OR_INSTANT =
  'must be a date, such as 2024-10-27, or an instant with an offset, such as 2024-10-27T01:30:00+01:00';

/** A calendar date, `YYYY-MM-DD`, meant in Europe/London. */
export type CalendarDate = string & { readonly __calendarDate: unique symbol };

/** @throws RefusalError `TIME.NOT_UNDERSTOOD` naming `field` */
export function parseDate(value: string, field = 'date'): CalendarDate {
  if (!CALENDAR_DATE.test(value)) throw bad(field, value, 'must be a date written YYYY-MM-DD');
  try {
    return Temporal.PlainDate.from(value, { overflow: 'reject' }).toString() as CalendarDate;
  } catch {
    throw bad(field, value, 'is not a date in the calendar');
  }
}

/** As `parseDate`. @returns why it is no date, naming the field */
export function readDate(value: string, field: string): CalendarDate | Refusal {
  try {
    return parseDate(value, field);
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
}

/** Midnight at which the day begins in London: the clock change makes some days 23 or 25 hours long. */
export function startOfDay(date: CalendarDate): Instant {
  return instantFromMillis(startInMillis(date));
}

/** Whoever lists what waits asks some thousand times for the same few days, and a time zone takes long to look up. */
const starts = new Map<string, number>();
/** Ten years of days. */
const MOST_STARTS = 3660;

function startInMillis(date: CalendarDate): number {
  const known = starts.get(date);
  if (known !== undefined) return known;
  const { epochMilliseconds } = Temporal.PlainDate.from(date).toZonedDateTime(PROGRAMME_TIME_ZONE);
  if (starts.size >= MOST_STARTS) starts.clear();
  starts.set(date, epochMilliseconds);
  return epochMilliseconds;
}

/** The last millisecond of the day in London. */
export function endOfDay(date: CalendarDate): Instant {
  return instantFromMillis(startInMillis(addDays(date, 1)) - 1);
}

/** The date that a calendar in London shows at this moment. */
export function dateInLondon(instant: Instant): CalendarDate {
  const at = millisOf(instant);
  const inUtc = dayOf(at);
  if (at < startInMillis(inUtc)) return addDays(inUtc, -1);
  const next = addDays(inUtc, 1);
  return at < startInMillis(next) ? inUtc : next;
}

const DAY_IN_MILLIS = 86_400_000;

function dayOf(utcMillis: number): CalendarDate {
  return new Date(utcMillis).toISOString().split('T')[0] as CalendarDate;
}

const london = new Intl.DateTimeFormat('en-GB', {
  timeZone: PROGRAMME_TIME_ZONE,
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** `27 October 2024 at 01:30:00 BST`: the zone's name tells the two apart when the clock goes back. */
export function inLondon(instant: Instant): string {
  const parts = new Map(london.formatToParts(new Date(instant)).map(({ type, value }) => [type, value]));
  const zone = parts.get('timeZoneName') === 'GMT+1' ? 'BST' : parts.get('timeZoneName');
  const date = `${parts.get('day')} ${parts.get('month')} ${parts.get('year')}`;
  return `${date} at ${parts.get('hour')}:${parts.get('minute')}:${parts.get('second')} ${zone}`;
}

export function addDays(date: CalendarDate, days: number): CalendarDate {
  return dayOf(Date.parse(date) + days * DAY_IN_MILLIS);
}

/**
 * Reads the D of "as of D": a date means the end of that day in London, an instant means itself; both inclusive.
 * @throws RefusalError `TIME.NOT_UNDERSTOOD` naming `field`
 */
export function parseCut(value: string, field: string): Instant {
  return CALENDAR_DATE.test(value)
    ? endOfDay(parseDate(value, field))
    : instantIn(value, field, DATE_OR_INSTANT);
}

/** When something happened: a date means the start of that day in London, an instant means itself. */
export function parseOccurrence(value: string, field: string): Instant {
  return CALENDAR_DATE.test(value)
    ? startOfDay(parseDate(value, field))
    : instantIn(value, field, DATE_OR_INSTANT);
}

export function later(a: Instant, b: Instant): Instant {
  return a > b ? a : b;
}

/** `2023/24`: the academic year that a moment lies in, from 1 September in Europe/London; compares in time as text. */
export function academicYearOf(at: Instant): string {
  const date = dateInLondon(at);
  const year = Number(date.slice(0, 4));
  const begins = date.slice(5) >= '09-01' ? year : year - 1;
  return `${begins}/${String((begins + 1) % 100).padStart(2, '0')}`;
}
