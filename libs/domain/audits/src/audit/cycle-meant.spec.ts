import { isRefusal } from '#kernel';
import { person } from '#testing';
import { describe, expect, it } from '@jest/globals';
import type { AuditState, SignOff } from './audit-state.js';
import { cycleMeant } from './cycle-meant.js';

type Stands = 'started' | 'waits' | 'signed-off' | 'returned';

/** Cycles from the first on, of which only how each stands matters. */
const cycles = (...standing: readonly Stands[]): readonly AuditState[] =>
  standing.map((stands, index): AuditState => {
    const begun = {
      ...{ programmeId: 'ipswich', urn: '124570', cycle: index + 1, instrumentVersion: 1 },
      ...{ startedAt: '2023-09-01T09:00:00.000Z' as never, academicYear: `${2023 + index}/${24 + index}` },
    };
    if (stands === 'started') return { ...begun, status: 'started' };
    const by = person('adviser');
    const said: Record<'signed-off' | 'returned', SignOff> = {
      'signed-off': { outcome: 'signed-off', by },
      returned: { outcome: 'returned', by, comments: 'again', at: begun.startedAt },
    };
    return {
      ...{ ...begun, status: 'completed', completion: undefined as never, completers: [by], groups: null },
      ...{ ratings: [], needs: [], supportedBy: [], signOff: stands === 'waits' ? null : said[stands] },
    };
  });

describe('the cycle that a sign-off means that names none', () => {
  it.each<[string, readonly Stands[], number]>([
    ['the first, before there is any', [], 1],
    ['the one that waits', ['waits'], 1],
    ['the newest that waits', ['waits', 'waits'], 2],
    ['the one that waits, though a newer one was started', ['signed-off', 'waits', 'started'], 2],
    ['the newest where none waits, so that the refusal names it', ['signed-off', 'returned', 'started'], 3],
  ])('is %s', (_, standing, meant) => {
    expect(cycleMeant('124570', cycles(...standing))).toBe(meant);
  });

  it.each<[Stands, string, readonly Stands[], readonly number[]]>([
    ['signed-off', 'signed off', ['waits', 'signed-off'], [1]],
    ['returned', 'returned to the setting', ['waits', 'waits', 'returned', 'started'], [2, 1]],
  ])('is to be named where the newest is %s and an older one waits', (_, says, standing, waiting) => {
    const meant = cycleMeant('124570', cycles(...standing));
    if (!isRefusal(meant)) throw new Error(`cycle ${meant} was taken`);
    expect(meant).toMatchObject({ code: 'AUDIT.CYCLE_NOT_NAMED', details: { field: 'cycle', waiting } });
    expect(meant.message).toContain(`is ${says}, and cycle ${waiting[0]} waits`);
    expect(meant.message).toContain(`--cycle ${waiting[0]})`);
  });
});
