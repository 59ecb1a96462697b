import { RefusalError } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import { errorFileOf } from '../keep-bulk/bulk-answer.js';
import {
  LARGEST_BULK_BYTES,
  LONGEST_BULK_ROW,
  MOST_BULK_ROWS,
  objectionTo,
  readBulkRows,
  rowsFound,
  targetOf,
} from './bulk-rows.js';
import type { KeptBulk } from '../keep-bulk/kept-bulk.js';

const read = (text: string, defaults = {}) => readBulkRows('rows.csv', Buffer.from(text), defaults);
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.catch((refused: unknown) => refused);
  return error instanceof RefusalError ? error.code : 'not refused';
};
const row = { row: 2, urn: '123456', sent: ['123456'] };

describe('the rows of a file', () => {
  it('are found by header, a row saying it for itself before what is said for all', async () => {
    const text = 'Window,URN,error\n2,123456,old\n,123457,\n';
    const { header, rows } = await read(text, { window: '1', reason: 'flood' });
    expect(header).toEqual(['Window', 'URN']);
    expect(rows).toEqual([
      { row: 2, urn: '123456', window: '2', reason: 'flood', sent: ['2', '123456'] },
      { row: 3, urn: '123457', window: '1', reason: 'flood', sent: ['', '123457'] },
    ]);
  });

  it('have a limit in bytes, in number and in length each', async () => {
    expect(await codeOf(read('x'.repeat(LARGEST_BULK_BYTES + 1)))).toBe('BULK.TOO_LARGE');
    expect(await codeOf(read(`urn\n${'123456\n'.repeat(MOST_BULK_ROWS + 1)}`))).toBe('BULK.TOO_MANY_ROWS');
    expect((await read(`urn\n${'123456\n'.repeat(MOST_BULK_ROWS)}`)).rows).toHaveLength(MOST_BULK_ROWS);
    expect(await codeOf(read(`urn,note\n123456,${'x'.repeat(LONGEST_BULK_ROW)}\n`))).toBe(
      'BULK.ROW_TOO_LONG',
    );
    expect(await codeOf(read('name\nOak\n'))).toBe('IMPORT.HEADER');
    expect(() => rowsFound([], {})).toThrow('the filter finds no setting');
  });

  it('are objected to one by one', () => {
    const none = new Map<string, number>();
    const code = (changes: object, action: Parameters<typeof objectionTo>[1], earlier = none) =>
      objectionTo({ ...row, ...changes }, action, earlier)?.code;
    expect(code({}, 'enrol')).toBeUndefined();
    expect(code({ urn: '1' }, 'enrol')).toBe('SETTING.BAD_URN');
    expect(code({}, 'enrol', new Map([[targetOf(row, 'enrol'), 2]]))).toBe('BULK.ROW_TWICE');
    expect(code({}, 'remind')).toBe('BULK.FIELD');
    expect(code({ window: '1' }, 'remind')).toBeUndefined();
    expect(code({ tranche: 'x' }, 'approve')).toBe('BULK.FIELD');
    expect(code({ window: '1', reason: 'x' }, 'extend')).toBe('BULK.FIELD');
    expect(code({ window: '1', dueOn: '2025-01-01' }, 'extend')).toBe('BULK.FIELD');
    expect(code({ window: '1', dueOn: '2025-01-01', reason: 'x' }, 'extend')).toBeUndefined();
    const twice = new Map([[targetOf({ ...row, tranche: '1' }, 'approve'), 2]]);
    expect(code({ tranche: '2' }, 'approve', twice)).toBeUndefined();
  });

  it('come back in the error file as they were sent, read again to the same rows', async () => {
    const { header, rows } = await read('note,urn\n"a, ""b""",123456\nfine,123457\n');
    const refused = { outcome: 'refused', code: 'X.Y', message: 'row 2: no', digest: '' } as const;
    const done = { outcome: 'done', code: null, message: null, digest: '' } as const;
    const kept = rows.map((one, index) => ({ row: one, said: index === 0 ? refused : done, result: null }));
    const file = errorFileOf({ header } as KeptBulk, kept);
    expect(file).toBe('note,urn,error\n"a, ""b""",123456,X.Y: row 2: no\n');
    expect(await read(file)).toEqual({ header, rows: rows.slice(0, 1) });
  });
});
