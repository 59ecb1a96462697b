import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import {
  addDays,
  dateInLondon,
  endOfDay,
  inLondon,
  instantFromMillis,
  millisOf,
  parseCut,
  parseDate,
  parseInstant,
  parseOccurrence,
  startOfDay,
} from './instant.js';
import { RefusalError } from './refusal.js';

const HOUR = 3_600_000;

describe('a day in London', () => {
  it('is 23 hours long when the clocks go forward and 25 when they go back', () => {
    const length = (day: string) =>
      millisOf(endOfDay(parseDate(day))) + 1 - millisOf(startOfDay(parseDate(day)));
    expect(length('2024-03-30')).toBe(24 * HOUR);
    expect(length('2024-03-31')).toBe(23 * HOUR);
    expect(length('2024-10-27')).toBe(25 * HOUR);
  });

  it('ends at 22:59:59.999 UTC in summer and at 23:59:59.999 UTC in winter', () => {
    expect(endOfDay(parseDate('2024-07-01'))).toBe('2024-07-01T22:59:59.999Z');
    expect(endOfDay(parseDate('2024-12-01'))).toBe('2024-12-01T23:59:59.999Z');
  });

  it('is that of the time zone, long ago and in a far year too, and days are counted as a calendar does', () => {
    const anyTime = fc.integer({ min: Date.UTC(1800, 0, 1), max: Date.UTC(11_000, 0, 1) });
    fc.assert(
      fc.property(anyTime, fc.integer({ min: -4000, max: 4000 }), (milliseconds, days) => {
        const there =
          Temporal.Instant.fromEpochMilliseconds(milliseconds).toZonedDateTimeISO('Europe/London');
        const day = dateInLondon(instantFromMillis(milliseconds));
        expect(day).toBe(there.toPlainDate().toString());
        expect(addDays(day, days)).toBe(there.toPlainDate().add({ days }).toString());
        expect(millisOf(startOfDay(day))).toBe(there.startOfDay().epochMilliseconds);
      }),
    );
  });

  it('contains exactly the instants between its two ends', () => {
    const anyTime = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2040, 0, 1) });
    fc.assert(
      fc.property(anyTime, (milliseconds) => {
        const moment = instantFromMillis(milliseconds);
        const day = dateInLondon(moment);
        expect(startOfDay(day) <= moment && moment <= endOfDay(day)).toBe(true);
        expect(millisOf(startOfDay(addDays(day, 1)))).toBe(millisOf(endOfDay(day)) + 1);
      }),
    );
  });
});

describe('reading times', () => {
  it('takes an instant with its offset to UTC, telling the two half past ones of the October change apart', () => {
    expect(parseInstant('2024-10-27T01:30:00+01:00')).toBe('2024-10-27T00:30:00.000Z');
    expect(parseInstant('2024-10-27T01:30:00+00:00')).toBe('2024-10-27T01:30:00.000Z');
    expect(parseInstant('2024-10-27T01:30Z')).toBe('2024-10-27T01:30:00.000Z');
  });

  it('reads a date as the end of its day in a cut, and as the start of its day in an occurrence', () => {
    expect(parseCut('2024-03-31', 'asOf')).toBe('2024-03-31T22:59:59.999Z');
    expect(parseOccurrence('2024-03-31', 'occurredAt')).toBe('2024-03-31T00:00:00.000Z');
    expect(parseCut('2024-03-31T12:00:00+01:00', 'asOf')).toBe('2024-03-31T11:00:00.000Z');
  });

  it.each([
    '2024-02-30',
    '2024-13-01',
    '31/03/2024',
    'yesterday',
    '',
    '2024-03-31T12:00:00',
    '2024-03-31T25:00:00Z',
    '12024-01-01',
  ])('refuses %p, naming the field', (text) => {
    let caught: unknown;
    try {
      parseCut(text, 'recordedAsOf');
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(RefusalError);
    expect((caught as RefusalError).code).toBe('TIME.NOT_UNDERSTOOD');
    expect((caught as RefusalError).message).toContain('recordedAsOf');
  });
});

describe('a time in words, in London', () => {
  it.each([
    ['2024-03-31T00:59:59.000Z', '31 March 2024 at 00:59:59 GMT'],
    ['2024-03-31T01:00:00.000Z', '31 March 2024 at 02:00:00 BST'],
    ['2024-10-27T00:30:00.000Z', '27 October 2024 at 01:30:00 BST'],
    ['2024-10-27T01:30:00.000Z', '27 October 2024 at 01:30:00 GMT'],
    ['2024-12-31T23:59:59.999Z', '31 December 2024 at 23:59:59 GMT'],
  ])('%s is %s', (instant, words) => {
    expect(inLondon(parseInstant(instant))).toBe(words);
  });
});
