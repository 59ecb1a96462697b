import { NOBODYS_TURN, turnOf } from '#domain/programme';
import { parseInstant } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import { listOf, parseDesk, type Waiting } from './work-item.js';

const now = parseInstant('2024-06-10T12:00:00Z');
const ipswich = { programmeId: 'ipswich', nameOf: (urn: string) => `School ${urn}` };
const report = (urn: string, since: string, until: string | null): Waiting => ({
  ...turnOf('submit-report', 'submit report 1', since, until),
  ...{ kind: 'report', id: `ipswich.${urn}.1`, urn },
});
const urns = (desk: Parameters<typeof listOf>[0], ...waiting: readonly Waiting[]) =>
  listOf(desk, waiting, ipswich, now).map(({ urn }) => urn);

describe('a work list', () => {
  it('has what is overdue first, the longest overdue before all, then what has waited longest', () => {
    const waiting = [
      report('1', '2024-06-01T00:00:00.000Z', null),
      report('2', '2024-05-01T00:00:00.000Z', '2024-07-01'),
      report('3', '2024-06-02T00:00:00.000Z', '2024-06-09'),
      report('4', '2024-06-03T00:00:00.000Z', '2024-06-01'),
    ];
    expect(urns('setting', ...waiting)).toEqual(['4', '3', '2', '1']);
  });

  it('counts the last day as in time, and the day after as overdue', () => {
    const items = listOf(
      'setting',
      [
        report('1', '2024-06-01T00:00:00.000Z', '2024-06-10'),
        report('2', '2024-06-01T00:00:00.000Z', '2024-06-09'),
      ],
      ipswich,
      now,
    );
    expect(items.map(({ urn, overdue }) => [urn, overdue])).toEqual([
      ['2', true],
      ['1', false],
    ]);
  });

  it('goes by the date in London: shortly before midnight UTC in summer it is the next day there', () => {
    const late = parseInstant('2024-06-10T23:30:00Z');
    const [item] = listOf('setting', [report('1', '2024-06-01T00:00:00.000Z', '2024-06-10')], ipswich, late);
    expect(item).toMatchObject({ overdue: true, name: 'School 1', toDo: 'submit report 1' });
  });

  it('leaves out what another desk has, what nobody need do, and what cannot be done yet', () => {
    const waiting: readonly Waiting[] = [
      { ...report('1', '2024-06-01T00:00:00.000Z', null), ...NOBODYS_TURN },
      report('2', '2024-06-10T12:00:00.001Z', null),
      report('3', '2024-06-10T12:00:00.000Z', null),
    ];
    expect(urns('setting', ...waiting)).toEqual(['3']);
    expect(urns('approver', ...waiting)).toEqual([]);
  });

  it('orders equals by URN, so that it is the same each time', () => {
    const since = '2024-06-01T00:00:00.000Z';
    expect(urns('setting', report('9', since, null), report('10', since, null))).toEqual(['10', '9']);
  });

  it('knows its seven desks and names them to who asks for another', () => {
    expect(parseDesk('payer')).toBe('payer');
    expect(() => parseDesk('nobody')).toThrow('the desk must be one of setting, adviser, operations');
  });
});
