import { describe, expect, it } from '@jest/globals';
import { acceptedSpending } from './accepted-spending.js';

describe('what was accepted as spent on an action', () => {
  it('is what the newest report says in which it was accepted', () => {
    const actions = (a: number, b: number) => [
      { actionId: 'a', spentPence: a },
      { actionId: 'b', spentPence: b },
    ];
    const first = { status: 'accepted', actions: actions(100, 40) } as const;
    const verdict = { accepted: ['b'] };
    const second = { status: 'partly-accepted', actions: actions(900, 60), verdict } as const;
    const spending = acceptedSpending([first, second, { status: 'returned' }]);
    expect([...spending]).toEqual([
      ['a', { spentPence: 100, by: first }],
      ['b', { spentPence: 60, by: second }],
    ]);
  });
});
