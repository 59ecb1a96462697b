import { describe, expect, it } from '@jest/globals';
import { acceptedSpending, withAccepted } from './accepted-spending.js';

const word = (actionId: string, spentPence: number) => ({ actionId, spentPence });

describe('what was accepted as spent on an action', () => {
  it('is what the newest report says in which it was accepted', () => {
    const first = { status: 'accepted', accepted: [word('a', 100), word('b', 40)] };
    const second = { status: 'partly-accepted', accepted: [word('b', 60)] };
    const spending = acceptedSpending([
      first,
      second,
      { status: 'none' },
      { status: 'returned', accepted: [] },
    ]);
    expect([...spending]).toEqual([
      ['a', { spentPence: 100, by: first }],
      ['b', { spentPence: 60, by: second }],
    ]);
  });

  it('stays where a corrected report is accepted without the action', () => {
    expect(withAccepted([word('a', 100), word('b', 40)], [word('b', 60), word('c', 1)])).toEqual([
      ...[word('a', 100), word('b', 60), word('c', 1)],
    ]);
  });
});
