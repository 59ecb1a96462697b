import {
  addDays,
  dateInLondon,
  instantFromMillis,
  millisOf,
  parseDate,
  startOfDay,
  type CalendarDate,
  type Instant,
} from '#kernel';

/** The two academic years of the demonstration: the last two that have ended. */
export interface DemoCalendar {
  readonly startsOn: CalendarDate;
  readonly endsOn: CalendarDate;
  /** One report window in the summer term of each year. */
  readonly windows: readonly {
    readonly number: number;
    readonly opensOn: CalendarDate;
    readonly dueOn: CalendarDate;
    readonly closesOn: CalendarDate;
  }[];
  /** The last day of each year, on which the board takes a snapshot. */
  readonly yearEnds: readonly CalendarDate[];
}

/** @param now the real present: the demonstration ends before it */
export function calendarBefore(now: Instant): DemoCalendar {
  const today = dateInLondon(now);
  const thisYear = Number(today.slice(0, 4));
  const last = today > `${thisYear}-08-31` ? thisYear : thisYear - 1;
  const date = (year: number, monthAndDay: string): CalendarDate => parseDate(`${year}-${monthAndDay}`);
  const years = [last - 1, last];
  return {
    startsOn: date(last - 2, '09-01'),
    endsOn: date(last, '08-31'),
    windows: years.map((year, index) => ({
      number: index + 1,
      opensOn: date(year, '05-01'),
      dueOn: date(year, '05-31'),
      closesOn: date(year, '06-30'),
    })),
    yearEnds: years.map((year) => date(year, '08-31')),
  };
}

const DAY = 86_400_000;

/** The same day, or the first one after a weekend or the Christmas holidays on which people are at work. */
export function workingDay(date: CalendarDate): CalendarDate {
  const [year = '', month = '', day = ''] = date.split('-');
  if (month === '12' && day > '20') return workingDay(parseDate(`${Number(year) + 1}-01-06`));
  if (month === '01' && day < '06') return workingDay(parseDate(`${year}-01-06`));
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
  // The Monday after a weekend may itself be the first day of the holidays.
  return weekday === 6 || weekday === 0 ? workingDay(addDays(date, weekday === 6 ? 2 : 1)) : date;
}

/** A moment of that day in London. @param minutes since midnight; the nights of clock changes are not used */
export function atMinute(date: CalendarDate, minutes: number): Instant {
  const midnight = startOfDay(addDays(date, 1));
  // Counted back from the next midnight, so that a change of the clocks at night does not shift office hours.
  return instantFromMillis(millisOf(midnight) - DAY + minutes * 60_000);
}
