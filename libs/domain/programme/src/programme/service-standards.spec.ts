import { addDays, dateInLondon, parseDate, parseInstant, startOfDay, type CalendarDate } from '#kernel';
import { given } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ACTIONS, DESKS, NOBODYS_TURN, turnOf, type Action } from '../turn.js';
import { programmeCreated, serviceStandardsSet } from './programme.events.js';
import { programme, type ProgrammeState } from './programme.js';
import {
  DEFAULT_DAYS,
  MOST_STANDARDS_VERSIONS,
  serviceStandardsOn,
  STANDARDS_OF,
  withLastDay,
  type ServiceStandard,
} from './service-standards.js';

const programmeId = 'ipswich';
const reason = 'minute 8';
const created = programmeCreated({
  ...{ programmeId, name: 'Ipswich', area: 'Suffolk', startsOn: '2023-09-01', endsOn: '2026-07-31' },
  ...{ budgetPence: 120_000_000, tranches: [], reportWindows: [] },
  policy: { version: 1, kind: 'rate-per-fte', ratePencePerFte: 60_000, floorPence: 1, capPence: 2 },
});
const standards = [
  { of: 'approver', days: 20 },
  { of: 'payer', days: 5 },
  { of: 'judge-report', days: 10 },
];
const set = (change: object = {}) => ({
  type: 'SetServiceStandards' as const,
  data: { standards, effectiveOn: '2024-02-01', reason, ...change },
});
const wereSet = (version = 1, effectiveOn = '2024-02-01', change: readonly ServiceStandard[] = standards) =>
  serviceStandardsSet({ programmeId, version, effectiveOn, standards: [...change], reason });
const stateAfter = (...events: readonly ReturnType<typeof wereSet>[]): ProgrammeState =>
  given(programme, created, ...events).state;

describe('service standards', () => {
  it('are set from a later day on, version after version; the same again, in any order, writes nothing', () => {
    given(programme, created).when(set()).then(wereSet());
    given(programme, created)
      .when(set({ standards: standards.toReversed() }))
      .then(wereSet());
    given(programme, created, wereSet())
      .when(set({ standards: standards.toReversed() }))
      .thenNothing();
    given(programme, created, wereSet())
      .when(set({ standards: [], effectiveOn: '2024-03-01' }))
      .then(wereSet(2, '2024-03-01', []));
  });

  it('are refused with the field that is wrong', () => {
    for (const [change, code, field] of [
      [{ standards: [{ of: 'payer', days: 0 }] }, 'PROGRAMME.MALFORMED', 'standards[0].days'],
      [{ standards: [{ of: 'payer', days: 366 }] }, 'PROGRAMME.MALFORMED', 'standards[0].days'],
      [{ standards: [{ of: 'payer', days: 1.5 }] }, 'PROGRAMME.MALFORMED', 'standards[0].days'],
      [{ reason: ' ' }, 'PROGRAMME.MALFORMED', 'reason'],
      [{ effectiveOn: '2024-02-30' }, 'TIME.NOT_UNDERSTOOD', 'effectiveOn'],
      [{ effectiveOn: '2024-01-02' }, 'PROGRAMME.STANDARDS_EFFECTIVE_ON', 'effectiveOn'],
      [{ effectiveOn: '2026-08-01' }, 'PROGRAMME.STANDARDS_EFFECTIVE_ON', 'effectiveOn'],
      [
        { standards: [...standards, { of: 'judge-reports', days: 1 }] },
        ...(['PROGRAMME.STANDARD_OF_NOTHING', 'standards[3].of'] as const),
      ],
      // The bank answers by days of its own.
      ...(['bank', 'pay-tranche'] as const).map(
        (of) =>
          [
            { standards: [{ of, days: 1 }] },
            ...(['PROGRAMME.STANDARD_OF_NOTHING', 'standards[0].of'] as const),
          ] as const,
      ),
      [
        { standards: [...standards, { of: 'payer', days: 1 }] },
        ...(['PROGRAMME.STANDARD_TWICE', 'standards[3].of'] as const),
      ],
    ] as const) {
      const refused = given(programme, created).when(set(change)).thenRefused(code);
      expect(refused.details['field']).toBe(field);
    }
    given(programme).when(set()).thenRefused('PROGRAMME.NOT_FOUND');
    given(programme, created, wereSet(1, '2024-03-01'))
      .when(set())
      .thenRefused('PROGRAMME.STANDARDS_EFFECTIVE_ON');
    const many = Array.from({ length: MOST_STANDARDS_VERSIONS }, (_, n) => wereSet(n + 1));
    given(programme, created, ...many)
      .when(set({ standards: [] }))
      .thenRefused('PROGRAMME.TOO_MANY_VERSIONS');
    given(programme, created).when(set(), { at: '2023-12-31' }).thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('are those of the day: none before the first, and each until the next', () => {
    const state = stateAfter(wereSet(), wereSet(2, '2024-03-01'));
    if (state.status === 'none') throw new Error('there is a programme');
    const versionOn = (day: string) => serviceStandardsOn(state, parseDate(day))?.version;
    expect(['2024-01-31', '2024-02-01', '2024-02-29', '2024-03-01'].map(versionOn)).toEqual([
      ...[undefined, 1, 1, 2],
    ]);
  });
});

describe('the last day of what waits', () => {
  const state = stateAfter(wereSet());
  const lastDay = (action: Action, since: string, in_: ProgrammeState = state) =>
    withLastDay(turnOf(action, 'do it', since), in_).nextUntil;
  const noon = (day: string) => `${day}T12:00:00.000Z`;

  it('is by the standard of the action, else of its desk, else four weeks for a setting and two for others', () => {
    expect(lastDay('judge-report', noon('2024-02-01'))).toBe('2024-02-11');
    expect(lastDay('release-tranche', noon('2024-02-01'))).toBe('2024-02-06');
    expect(lastDay('submit-plan', noon('2024-02-01'))).toBe('2024-02-29');
    expect(lastDay('approve-tranche', noon('2024-02-01'))).toBe('2024-02-21');
    expect(lastDay('make-offer', noon('2024-02-01'))).toBe('2024-02-15');
    expect(lastDay('release-tranche', noon('2024-02-01'), { status: 'none' })).toBe('2024-02-15');
  });

  it('is not moved by standards for what has waited since before they took force', () => {
    expect(lastDay('release-tranche', noon('2024-01-31'))).toBe('2024-02-14');
    const shorter = stateAfter(wereSet(), wereSet(2, '2024-02-03', [{ of: 'payer', days: 1 }]));
    expect(lastDay('release-tranche', noon('2024-02-02'), shorter)).toBe('2024-02-07');
    expect(lastDay('release-tranche', noon('2024-02-03'), shorter)).toBe('2024-02-04');
  });

  it('counts from the day in London', () => {
    expect(lastDay('release-tranche', '2024-06-10T22:59:59.999Z')).toBe('2024-06-15');
    expect(lastDay('release-tranche', '2024-06-10T23:00:00.000Z')).toBe('2024-06-16');
  });

  it('is nobody’s where nobody need do anything, and none where it is not seen yet since when', () => {
    expect(withLastDay(NOBODYS_TURN, state)).toEqual(NOBODYS_TURN);
    expect(lastDay('start-audit', '')).toBeNull();
  });

  const actions = Object.keys(ACTIONS) as Action[];
  const days = fc.integer({ min: 0, max: 900 }).map((after) => addDays('2023-09-01' as CalendarDate, after));
  const versions = fc
    .array(
      fc.record({
        effectiveOn: days,
        standards: fc.uniqueArray(
          fc.record({ of: fc.constantFrom(...STANDARDS_OF), days: fc.integer({ min: 1, max: 365 }) }),
          { selector: ({ of }) => of, maxLength: 6 },
        ),
      }),
      { maxLength: 5 },
    )
    .map((drawn) =>
      stateAfter(
        ...drawn
          .toSorted((a, b) => (a.effectiveOn < b.effectiveOn ? -1 : 1))
          .map(({ effectiveOn, standards }, at) => wereSet(at + 1, effectiveOn, standards)),
      ),
    );

  it('is the own one where there is one, and otherwise never before the day since', () => {
    fc.assert(
      fc.property(
        ...([fc.constantFrom(...actions), days, fc.option(days), versions] as const),
        (action, day, own, drawn) => {
          const turn = turnOf(action, 'do it', noon(day), own);
          const shown = withLastDay(turn, drawn);
          expect({ ...shown, nextUntil: own }).toEqual(turn);
          if (own === null) expect(shown.nextUntil! > day).toBe(true);
          else expect(shown.nextUntil).toBe(own);
        },
      ),
    );
  });

  it('is what it was, whatever is set for a later day than the day since', () => {
    fc.assert(
      fc.property(
        ...([fc.constantFrom(...actions), days, versions, fc.nat({ max: 400 })] as const),
        ...([fc.integer({ min: 1, max: 365 })] as const),
        (action, day, drawn, later, set) => {
          if (drawn.status === 'none') throw new Error('there is a programme');
          const turn = turnOf(action, 'do it', startOfDay(day));
          const before = withLastDay(turn, drawn).nextUntil;
          const last = drawn.serviceStandards.at(-1)?.effectiveOn ?? day;
          const effectiveOn = addDays(last > day ? last : day, later + 1);
          const all = DESKS.map((of) => ({ of, days: set }));
          const newer = { ...drawn.serviceStandards[0]!, version: 99, effectiveOn, standards: all };
          const after = { ...drawn, serviceStandards: [...drawn.serviceStandards, newer] };
          expect(withLastDay(turn, after).nextUntil).toBe(before);
          const begun = turnOf(action, 'do it', startOfDay(effectiveOn));
          expect(withLastDay(begun, after).nextUntil).toBe(addDays(effectiveOn, set));
        },
      ),
    );
  });

  it('of the defaults are days of every desk', () => {
    expect(Object.keys(DEFAULT_DAYS)).toEqual([...DESKS]);
    const since = parseInstant('2024-01-10T09:00:00Z');
    for (const action of actions) {
      const until = addDays(dateInLondon(since), DEFAULT_DAYS[ACTIONS[action]]);
      expect(lastDay(action, since)).toBe(until);
    }
  });
});
