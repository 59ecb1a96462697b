import { describe, expect, it } from '@jest/globals';
import { shownStatus } from './shown-status.js';

describe('the status of a tranche as it is shown', () => {
  it.each([
    ['in-run', 'released'],
    ['discarded', 'released'],
    ['instructed', 'instructed'],
    ['settled', 'settled'],
    ['failed', 'failed'],
  ] as const)('once it is released, with its newest payment %s, is %s', (status, shown) => {
    expect(shownStatus({ status: 'released' }, { status })).toBe(shown);
  });

  it('is its own while there is no payment, and once its release was reversed', () => {
    expect(shownStatus({ status: 'released' }, undefined)).toBe('released');
    expect(shownStatus({ status: 'ready' }, { status: 'failed' })).toBe('ready');
  });
});
