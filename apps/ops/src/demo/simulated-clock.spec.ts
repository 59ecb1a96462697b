import { describe, expect, it } from '@jest/globals';
import { parseInstant } from '#kernel';
import { SimulatedClock } from './simulated-clock.js';

const start = parseInstant('2024-09-02T08:00:00Z');

describe('the simulated clock', () => {
  it('is accepted by the store of a demonstration only', () => {
    expect(() => new SimulatedClock({ id: 'one', kind: 'live' }, start)).toThrow(
      expect.objectContaining({ code: 'DEMO.NOT_A_DEMO_STORE' }),
    );
    expect(new SimulatedClock({ id: 'one', kind: 'demo' }, start).now()).toBe(start);
  });

  it('stands still until it is moved, and never goes back', () => {
    const clock = new SimulatedClock({ id: 'one', kind: 'demo' }, start);
    const later = parseInstant('2025-01-10T18:00:00Z');
    clock.advanceTo(later);
    clock.advanceTo(start);
    expect(clock.now()).toBe(later);
  });
});
