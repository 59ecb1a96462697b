import { parseDate } from '#kernel';
import { given, History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pauseAt } from './pauses.js';
import { MOST_POLICY_VERSIONS, termsOn } from './policy-versions.js';
import {
  allocationPolicyReplaced,
  programmeCreated,
  programmePaused,
  programmeResumed,
} from './programme.events.js';
import { programme } from './programme.js';

const programmeId = 'ipswich';
const amounts = { kind: 'rate-per-fte' as const, floorPence: 1_000_000, capPence: 5_000_000 };
const rate = (ratePencePerFte: number) => ({ ...amounts, ratePencePerFte });
const created = programmeCreated({
  ...{ programmeId, name: 'Ipswich', area: 'Suffolk', startsOn: '2024-09-01', endsOn: '2026-07-31' },
  ...{ budgetPence: 120_000_000, tranches: [], reportWindows: [] },
  policy: { version: 1, ...rate(60_000) },
});
const reason = 'salaries rose';
const replace = (changed: object = {}) => ({
  type: 'ReplaceAllocationPolicy' as const,
  data: { policy: rate(65_000), effectiveOn: '2024-03-01', reason, ...changed },
});
const replaced = (version: number, effectiveOn: string, pence = 65_000) =>
  allocationPolicyReplaced({ programmeId, policy: { version, ...rate(pence) }, effectiveOn, reason });

describe('replacing the allocation policy', () => {
  it('counts a new version, in force from its day on', () => {
    given(programme, created).when(replace()).then(replaced(2, '2024-03-01'));
    given(programme, created, replaced(2, '2024-03-01'))
      .when(replace({ policy: rate(70_000) }))
      .then(replaced(3, '2024-03-01', 70_000));
  });

  it('needs a programme', () => {
    given(programme).when(replace()).thenRefused('PROGRAMME.NOT_FOUND');
  });

  it.each<[says: string, changed: object, code: string]>([
    ['no reason', { reason: ' ' }, 'PROGRAMME.MALFORMED'],
    ['another kind', { policy: { ...rate(1), kind: 'by-hand' } }, 'PROGRAMME.MALFORMED'],
    ['a floor above the cap', { policy: { ...rate(1), floorPence: 5_000_001 } }, 'PROGRAMME.FLOOR_ABOVE_CAP'],
    ['no such day', { effectiveOn: '2024-02-30' }, 'TIME.NOT_UNDERSTOOD'],
    ['the day of the decision', { effectiveOn: '2024-01-02' }, 'PROGRAMME.POLICY_EFFECTIVE_ON'],
    ['a day after the end', { effectiveOn: '2026-08-01' }, 'PROGRAMME.POLICY_EFFECTIVE_ON'],
  ])('refuses %s', (_, changed, code) => {
    given(programme, created).when(replace(changed)).thenRefused(code);
  });

  it('refuses more versions than anybody means', () => {
    const many = Array.from({ length: MOST_POLICY_VERSIONS - 1 }, (_, n) => replaced(n + 2, '2024-03-01', n));
    given(programme, created, ...many)
      .when(replace())
      .thenRefused('PROGRAMME.TOO_MANY_POLICIES');
  });

  it('refuses to take force before the version before it, or to be decided before it', () => {
    const twice = given(programme, created, [replaced(2, '2024-03-01'), { at: '2024-01-10' }]);
    const earlier = replace({ effectiveOn: '2024-02-29' });
    twice.when(earlier, { at: '2024-01-11' }).thenRefused('PROGRAMME.POLICY_EFFECTIVE_ON');
    const later = replace({ effectiveOn: '2024-04-01' });
    twice.when(later, { at: '2024-01-09' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('what is in force on a day', () => {
  it('is the newest of the versions whose day has come, or else the first', () => {
    const day = fc.integer({ min: 1, max: 28 }).map((n) => `2024-05-${String(n).padStart(2, '0')}`);
    fc.assert(
      fc.property(fc.array(day, { maxLength: 8 }), day, (days, asked) => {
        const sorted = [...days].sort();
        const history = new History();
        const events = [created, ...sorted.map((effectiveOn, index) => replaced(index + 2, effectiveOn))];
        let state = programme.initial;
        for (const event of events) state = programme.evolve(state, history.record(event));
        if (state.status === 'none') throw new Error('there is a programme');
        const { policy, setBy } = termsOn(state, parseDate(asked));
        const expected = 1 + sorted.filter((effectiveOn) => effectiveOn <= asked).length;
        expect([policy.version, setBy.event.revision]).toEqual([expected, String(expected - 1)]);
      }),
    );
  });
});

describe('a pause', () => {
  const pause = { type: 'PauseProgramme', data: { reason } } as const;
  const resume = { type: 'ResumeProgramme', data: { reason } } as const;
  const paused = programmePaused({ programmeId, reason });
  const resumed = programmeResumed({ programmeId, reason });

  it('begins and ends once', () => {
    given(programme, created).when(pause).then(paused);
    given(programme, created, paused).when(resume).then(resumed);
    given(programme, created).when(resume).thenNothing();
    given(programme, created, paused, resumed).when(pause).then(paused);
  });

  it('is refused without a reason, a programme, or before what it follows', () => {
    given(programme, created)
      .when({ ...pause, data: { reason: '' } })
      .thenRefused('PROGRAMME.MALFORMED');
    given(programme).when(pause).thenRefused('PROGRAMME.NOT_FOUND');
    given(programme, created).when(pause, { at: '2023-12-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
    given(programme, created, [paused, { at: '2024-02-01' }])
      .when(resume, { at: '2024-01-31' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('holds from its first instant until it is over', () => {
    const [from, until] = ['2024-01-01T00:00:00.000Z', '2024-01-02T00:00:00.000Z'] as never[];
    const pauses = [{ from: from!, until: until!, reason }];
    const at = (text: string) => pauseAt(pauses, text as never)?.reason;
    expect(at('2023-12-31T23:59:59.999Z')).toBeUndefined();
    expect(at('2024-01-01T00:00:00.000Z')).toBe(reason);
    expect(at('2024-01-01T23:59:59.999Z')).toBe(reason);
    expect(at('2024-01-02T00:00:00.000Z')).toBeUndefined();
  });
});
