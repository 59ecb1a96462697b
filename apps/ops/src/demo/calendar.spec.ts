import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, endOfDay, instantFromMillis, parseDate, parseInstant } from '#kernel';
import { atMinute, calendarBefore, workingDay } from './calendar.js';

describe('the two academic years of the demo', () => {
  it.each([
    ['2026-11-23T07:00:00Z', '2024-09-01', '2026-08-31'],
    ['2026-08-31T22:59:59Z', '2023-09-01', '2025-08-31'],
    ['2026-08-31T23:00:00Z', '2024-09-01', '2026-08-31'], // already 1 September in London
    ['2027-01-01T00:00:00Z', '2024-09-01', '2026-08-31'],
  ])('are at %s those from %s to %s', (now, startsOn, endsOn) => {
    expect(calendarBefore(parseInstant(now))).toMatchObject({ startsOn, endsOn });
  });

  it('have always ended, and each has its report window and its end', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_700_000_000_000, max: 2_500_000_000_000 }), (millis) => {
        const now = instantFromMillis(millis);
        const { endsOn, windows, yearEnds } = calendarBefore(now);
        expect(endOfDay(endsOn) < now).toBe(true);
        expect(yearEnds.at(-1)).toBe(endsOn);
        for (const [index, { opensOn, dueOn, closesOn }] of windows.entries()) {
          expect(opensOn < dueOn && dueOn < closesOn && closesOn < yearEnds[index]!).toBe(true);
        }
      }),
    );
  });
});

describe('a working day', () => {
  it('is never on a weekend or in the Christmas holidays, and never before the day asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4000 }), (days) => {
        const date = addDays(parseDate('2020-01-01'), days);
        const day = workingDay(date);
        expect(day >= date).toBe(true);
        expect([0, 6]).not.toContain(new Date(`${day}T12:00:00Z`).getUTCDay());
        expect(/-12-(2[1-9]|3.)|-01-0[1-5]/.test(day)).toBe(false);
        expect(workingDay(day)).toBe(day);
      }),
    );
  });

  it.each([
    ['2025-12-20', '2026-01-06'], // a Saturday whose Monday is the first day of the holidays
    ['2025-12-19', '2025-12-19'],
    ['2023-12-31', '2024-01-08'], // the first day after the holidays is a Saturday
  ])('after %s is %s', (date, day) => {
    expect(workingDay(parseDate(date))).toBe(day);
  });

  it('has its office hours by the clock in London, on the days the clocks change too', () => {
    expect(atMinute(parseDate('2025-01-15'), 9 * 60)).toBe('2025-01-15T09:00:00.000Z');
    expect(atMinute(parseDate('2025-03-30'), 9 * 60)).toBe('2025-03-30T08:00:00.000Z');
    expect(atMinute(parseDate('2025-10-26'), 9 * 60)).toBe('2025-10-26T09:00:00.000Z');
  });
});
