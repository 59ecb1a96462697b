import { instantFromMillis, parseInstant } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backOffMilliseconds, keptSince, requireJobId } from './job-rules.js';

describe('rules of jobs', () => {
  it('back off from a second to an hour, four times as long each time, less up to a quarter', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 100 }), (id, attemptsMade) => {
        const whole = [1000, 4000, 16_000, 64_000, 256_000, 1_024_000][attemptsMade - 1] ?? 3_600_000;
        const wait = backOffMilliseconds(id, attemptsMade);
        expect(wait).toBeLessThanOrEqual(whole);
        expect(wait).toBeGreaterThanOrEqual(whole * 0.75);
        expect(backOffMilliseconds(id, attemptsMade)).toBe(wait);
      }),
    );
  });

  it('bring jobs that failed together back at different times', () => {
    const waits = Array.from({ length: 100 }, (_, n) => backOffMilliseconds(`job-${n}`, 4));
    expect(new Set(waits).size).toBeGreaterThan(90);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(10_000);
  });

  it('keep an ended job for 30 times 24 hours', () => {
    expect(keptSince(parseInstant('2024-04-10T00:00:00Z'))).toBe('2024-03-11T00:00:00.000Z');
    expect(keptSince(instantFromMillis(0))).toBe('1969-12-02T00:00:00.000Z');
  });

  it('take ids of programme, setting and window, with dots', () => {
    expect(requireJobId('report-due.ipswich-2024.124501.2.v1')).toBe('report-due.ipswich-2024.124501.2.v1');
  });
});
