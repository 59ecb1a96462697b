import { parseDate } from '#kernel';
import { given, History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import { reportWindowsOn, trancheScheduleOn } from './terms-versions.js';
import { programmeCreated, reportWindowsReplaced, trancheScheduleReplaced } from './programme.events.js';
import { programme } from './programme.js';

const programmeId = 'ipswich';
const reason = 'minute 14';
const window = { number: 1, opensOn: '2025-01-06', dueOn: '2025-01-31', closesOn: '2025-02-28' };
const second = { number: 2, opensOn: '2025-06-01', dueOn: '2025-06-30', closesOn: '2025-07-31' };
const versioned = (...windows: (typeof window)[]) => windows.map((one) => ({ ...one, deadlineVersion: 1 }));
const tranches = [
  { number: 1, shareBasisPoints: 4000, conditions: ['agreement-accepted', 'plan-approved'] },
  { number: 2, shareBasisPoints: 6000, conditions: ['report-1-accepted'] },
];
const halves = tranches.map((one) => ({ ...one, shareBasisPoints: 5000 }));
const created = programmeCreated({
  ...{ programmeId, name: 'Ipswich', area: 'Suffolk', startsOn: '2024-09-01', endsOn: '2026-07-31' },
  ...{ budgetPence: 120_000_000, tranches, reportWindows: versioned(window) },
  policy: { version: 1, kind: 'rate-per-fte', ratePencePerFte: 60_000, floorPence: 1, capPence: 2 },
});
const schedule = (changed: object = {}) => ({
  type: 'ReplaceTrancheSchedule' as const,
  data: { tranches: halves, effectiveOn: '2024-03-01', reason, ...changed },
});
const windows = (changed: object = {}) => ({
  type: 'ReplaceReportWindows' as const,
  data: { reportWindows: [window, second], effectiveOn: '2024-03-01', reason, ...changed },
});
const scheduled = (version = 2, effectiveOn = '2024-03-01', changed = halves) =>
  trancheScheduleReplaced({ programmeId, version, tranches: changed, effectiveOn, reason });
const windowed = (version = 2, effectiveOn = '2024-03-01', ...changed: (typeof window)[]) =>
  reportWindowsReplaced({
    ...{ programmeId, version, effectiveOn, reason },
    reportWindows: versioned(...(changed.length === 0 ? [window, second] : changed)),
  });

describe('a new tranche schedule', () => {
  it('is a version, in force from its day on, counted once', () => {
    given(programme, created).when(schedule()).then(scheduled());
    given(programme, created, scheduled()).when(schedule()).thenNothing();
    given(programme, created, scheduled())
      .when(schedule({ tranches, effectiveOn: '2024-03-02' }))
      .then(scheduled(3, '2024-03-02', tranches));
  });

  it.each<[says: string, changed: object, code: string]>([
    ['no reason', { reason: ' ' }, 'PROGRAMME.MALFORMED'],
    ['no tranche', { tranches: [] }, 'PROGRAMME.MALFORMED'],
    [
      'shares of 90%',
      { tranches: [{ ...tranches[0], shareBasisPoints: 9000 }] },
      'PROGRAMME.SHARES_NOT_WHOLE',
    ],
    ['tranches out of order', { tranches: halves.toReversed() }, 'PROGRAMME.NOT_NUMBERED'],
    [
      'a report of no window',
      { tranches: [{ number: 1, shareBasisPoints: 10_000, conditions: ['report-2-accepted'] }] },
      'PROGRAMME.UNKNOWN_WINDOW',
    ],
    ['no such day', { effectiveOn: '2024-02-30' }, 'TIME.NOT_UNDERSTOOD'],
    ['the day of the decision', { effectiveOn: '2024-01-02' }, 'PROGRAMME.SCHEDULE_EFFECTIVE_ON'],
    ['a day after the end', { effectiveOn: '2026-08-01' }, 'PROGRAMME.SCHEDULE_EFFECTIVE_ON'],
  ])('is refused with %s', (_, changed, code) => {
    given(programme, created).when(schedule(changed)).thenRefused(code);
  });

  it('may not wait for a window that some of the enrolled settings do not have', () => {
    const waits = [{ number: 1, shareBasisPoints: 10_000, conditions: ['report-2-accepted'] }];
    const refused = given(programme, created, windowed())
      .when(schedule({ tranches: waits }))
      .thenRefused('PROGRAMME.UNKNOWN_WINDOW');
    expect(refused.message).toContain('version 1 of the report windows');
  });

  it('needs a programme, and to follow the version before it', () => {
    given(programme).when(schedule()).thenRefused('PROGRAMME.NOT_FOUND');
    const known = given(programme, created, [scheduled(), { at: '2024-01-10' }]);
    const again = { tranches, effectiveOn: '2024-02-29' };
    known.when(schedule(again), { at: '2024-01-11' }).thenRefused('PROGRAMME.SCHEDULE_EFFECTIVE_ON');
    known
      .when(schedule({ ...again, effectiveOn: '2024-04-01' }), { at: '2024-01-09' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });
});

describe('new report windows', () => {
  it('are a version, in force from their day on, counted once', () => {
    given(programme, created).when(windows()).then(windowed());
    given(programme, created, windowed()).when(windows()).thenNothing();
  });

  it.each<[says: string, changed: object, code: string]>([
    ['no reason', { reason: '' }, 'PROGRAMME.MALFORMED'],
    ['windows out of order', { reportWindows: [second, window] }, 'PROGRAMME.NOT_NUMBERED'],
    [
      'a window due before it opens',
      { reportWindows: [{ ...window, dueOn: '2025-01-05' }] },
      'PROGRAMME.DATES_OUT_OF_ORDER',
    ],
    [
      'a window after the end',
      { reportWindows: [{ ...window, closesOn: '2026-08-01' }] },
      'PROGRAMME.WINDOW_OUTSIDE',
    ],
    ['a window less than a tranche waits for', { reportWindows: [] }, 'PROGRAMME.WINDOW_WAITED_FOR'],
    ['the day of the decision', { effectiveOn: '2024-01-02' }, 'PROGRAMME.WINDOWS_EFFECTIVE_ON'],
  ])('are refused with %s', (_, changed, code) => {
    given(programme, created).when(windows(changed)).thenRefused(code);
  });

  it('may go once no schedule of that day or later waits for them', () => {
    const unconditional = [{ number: 1, shareBasisPoints: 10_000, conditions: [] as string[] }];
    const without = { reportWindows: [], effectiveOn: '2024-04-01' };
    given(programme, created, scheduled(2, '2024-05-01', unconditional))
      .when(windows(without))
      .thenRefused('PROGRAMME.WINDOW_WAITED_FOR');
    given(programme, created, scheduled(2, '2024-04-01', unconditional))
      .when(windows(without))
      .then(
        reportWindowsReplaced({
          programmeId,
          version: 2,
          reportWindows: [],
          effectiveOn: '2024-04-01',
          reason,
        }),
      );
  });
});

it('is known what is in force on a day, and which event says so', () => {
  const history = new History();
  let state = programme.initial;
  for (const event of [created, scheduled(), windowed(2, '2024-04-01')]) {
    state = programme.evolve(state, history.record(event));
  }
  if (state.status === 'none') throw new Error('there is a programme');
  const known = state;
  const on = (day: string) => {
    const [tranchesThen, windowsThen] = [trancheScheduleOn, reportWindowsOn].map((of) =>
      of(known, parseDate(day)),
    );
    return [tranchesThen!, windowsThen!].map(({ version, setBy }) => [version, setBy.event.type]);
  };
  expect(on('2024-02-29')).toEqual([
    [1, 'ProgrammeCreated'],
    [1, 'ProgrammeCreated'],
  ]);
  expect(on('2024-03-01')).toEqual([
    [2, 'TrancheScheduleReplaced'],
    [1, 'ProgrammeCreated'],
  ]);
  expect(on('2024-04-01')).toEqual([
    [2, 'TrancheScheduleReplaced'],
    [2, 'ReportWindowsReplaced'],
  ]);
});
