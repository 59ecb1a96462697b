import type { Fact } from '#kernel';
import { given, instant } from '#testing';
import { describe, expect, it } from '@jest/globals';
import type { OutstandingLine } from './outstanding.js';
import { refusePaused, standstillAt, type Pause } from './pauses.js';
import { programmeClosed, programmeCreated, programmePaused } from './programme.events.js';
import { programme } from './programme.js';

const programmeId = 'ipswich';
const reason = 'all is settled';
const created = programmeCreated({
  ...{ programmeId, name: 'Ipswich', area: 'Suffolk', startsOn: '2024-09-01', endsOn: '2026-07-31' },
  ...{ budgetPence: 120_000_000, tranches: [], reportWindows: [] },
  policy: { version: 1, kind: 'rate-per-fte', ratePencePerFte: 60_000, floorPence: 1, capPence: 2 },
});
const closed = programmeClosed({ programmeId, reason });
const line = (number: number): OutstandingLine => ({
  ...{ what: 'report-unanswered', says: `report ${number} of setting 124570 is not answered`, urn: '124570' },
  ...{ number, amountPence: null, since: instant('2024-01-01'), endedBy: 'it is accepted or returned' },
  next: 'approver',
});
const close = (
  lines: readonly OutstandingLine[] = [],
  latestAt?: string,
  fundClosed: Fact | null = null,
) => ({
  type: 'CloseProgramme' as const,
  data: {
    reason,
    outstanding: { lines, latestAt: latestAt === undefined ? undefined : instant(latestAt), fundClosed },
  },
});

describe('closing a programme', () => {
  it('happens once, and while it is paused as well', () => {
    given(programme, created).when(close()).then(closed);
    given(programme, created, programmePaused({ programmeId, reason })).when(close()).then(closed);
    given(programme, created, closed)
      .when(close([line(1)]))
      .thenNothing();
  });

  it('is refused while anything is outstanding, naming it and what ends it', () => {
    const refused = given(programme, created)
      .when(close([line(1), line(2)]))
      .thenRefused('PROGRAMME.OUTSTANDING');
    expect(refused.message).toContain('2 things are outstanding');
    expect(refused.message).toContain(
      '- report 2 of setting 124570 is not answered: it is accepted or returned',
    );
    const many = Array.from({ length: 12 }, (_, index) => line(index));
    const long = given(programme, created).when(close(many)).thenRefused('PROGRAMME.OUTSTANDING');
    expect(long.message).toContain('and 2 more');
  });

  it('follows its fund once that is closed, whatever came up since', () => {
    const event = { eventId: 'e', stream: 'fund-ipswich', revision: '9', type: 'FundClosed' };
    const fundClosed = { event, occurredAt: instant('2024-03-01') };
    given(programme, created)
      .when(close([line(1)], '2024-03-01', fundClosed), { at: '2024-03-02' })
      .then(closed);
    given(programme, created)
      .when(close([], '2024-03-01', fundClosed), { at: '2024-02-29' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('is refused without a reason, a programme, or before what happened last', () => {
    const { type, data } = close();
    given(programme, created)
      .when({ type, data: { ...data, reason: ' ' } })
      .thenRefused('PROGRAMME.MALFORMED');
    given(programme).when(close()).thenRefused('PROGRAMME.NOT_FOUND');
    given(programme, created)
      .when(close([], '2024-03-01'), { at: '2024-02-29' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
    given(programme, created, [programmePaused({ programmeId, reason }), { at: '2024-03-01' }])
      .when(close(), { at: '2024-02-29' })
      .thenRefused('TIME.BEFORE_ITS_FACTS');
  });

  it('leaves nothing to change', () => {
    const over = given(programme, created, closed);
    const from = { effectiveOn: '2024-03-01', reason };
    const policy = { kind: 'share-of-budget' as const, floorPence: 1, capPence: 2 };
    for (const command of [
      { type: 'PauseProgramme', data: { reason } },
      { type: 'ResumeProgramme', data: { reason } },
      { type: 'ReplaceAllocationPolicy', data: { ...from, policy } },
      { type: 'ReplaceTrancheSchedule', data: { ...from, tranches: [] } },
      { type: 'ReplaceReportWindows', data: { ...from, reportWindows: [] } },
      { type: 'AppointSeniorOwner', data: { ...from, subject: 'ada' } },
      { type: 'NameProgrammeBoard', data: { ...from, members: ['ada'] } },
    ] as const) {
      over.when(command).thenRefused('PROGRAMME.CLOSED');
    }
  });

  it('stands against offers and releases, whenever they are said to have happened', () => {
    const ended = { pauses: [], closed: { at: instant('2024-03-01'), reason } };
    const refused = refusePaused(programmeId, standstillAt(ended, instant('2024-01-01')));
    expect(refused?.code).toBe('PROGRAMME.CLOSED');
    expect(standstillAt({ pauses: [], closed: null }, instant('2024-01-01'))).toBeUndefined();
    // So does a pause that lasts; one that is over stands against what happened in it.
    const paused = { from: instant('2024-02-01'), until: null, reason };
    const told = (pauses: readonly Pause[], day: string) =>
      standstillAt({ pauses, closed: null }, instant(day));
    expect(told([paused], '2024-01-01')).toBe(paused);
    const over = { ...paused, until: instant('2024-02-10') };
    expect(['2024-01-01', '2024-02-05', '2024-03-01'].map((day) => told([over], day))).toEqual([
      ...[undefined, over, undefined],
    ]);
  });
});
