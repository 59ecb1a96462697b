import { RefusalError } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { errorFileOf } from '../keep-bulk/bulk-answer.js';
import type { KeptBulk, KeptRow } from '../keep-bulk/kept-bulk.js';
import type { BulkAction, BulkDefaults } from './bulk-columns.js';
import {
  askedTwice,
  LARGEST_BULK_BYTES,
  LONGEST_BULK_ROW,
  MOST_BULK_ROWS,
  objectionTo,
  readBulkRows,
  rowsFound,
  type BulkRow,
  type BulkRows,
} from './bulk-rows.js';

const read = (text: string | Buffer, action: BulkAction = 'extend', defaults: BulkDefaults = {}) =>
  readBulkRows('rows.csv', Buffer.from(text), action, defaults);
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.catch((refused: unknown) => refused);
  return error instanceof RefusalError ? error.code : 'not refused';
};
const row = { row: 2, urn: '123456', sent: ['123456'] };
const WHOLE = { urn: '123456', window: '1', dueOn: '2025-06-30', reason: 'the flood' };

describe('the rows of a file', () => {
  it('are found by header, a row saying it for itself before what is said for all', async () => {
    const text = 'Window,URN,error\n2,123456,old\n,123457,\n';
    const { header, rows } = await read(text, 'extend', { window: '1', reason: 'flood' });
    expect(header).toEqual(['Window', 'URN', 'reason']);
    expect(rows).toEqual([
      { row: 2, urn: '123456', window: '2', reason: 'flood', sent: ['2', '123456', 'flood'] },
      { row: 3, urn: '123457', window: '1', reason: 'flood', sent: ['1', '123457', 'flood'] },
    ]);
  });

  it('are the same however a spreadsheet wrote them, and in whatever order the columns are', async () => {
    const cells = {
      urn: '123456',
      window: '1',
      due_on: '30/06/2025',
      reason: 'the café, flooded',
      note: 'x',
    };
    const columns = fc.shuffledSubarray(Object.keys(cells) as (keyof typeof cells)[], { minLength: 5 });
    const encoding = fc.constantFrom<BufferEncoding>('utf8', 'latin1');
    await fc.assert(
      fc.asyncProperty(
        ...([columns, encoding, fc.constantFrom(',', ';', '\t'), fc.boolean()] as const),
        async (order, encoded, separator, isCapital) => {
          const line = (of: readonly string[]) => of.map((cell) => `"${cell}"`).join(separator);
          const header = line(order.map((name) => (isCapital ? ` ${name.toUpperCase()} ` : name)));
          const blank = separator.repeat(order.length - 1);
          const text = [header, '', line(order.map((name) => cells[name])), blank, blank, ''].join('\r\n');
          const mark = encoded === 'utf8' ? '\ufeff' : '';
          const { rows, notLookedAt } = await read(Buffer.from(mark + text, encoded));
          expect(rows).toEqual([
            { ...WHOLE, reason: 'the café, flooded', row: 3, sent: order.map((name) => cells[name]) },
          ]);
          expect(notLookedAt.map((name) => name.trim().toLowerCase())).toEqual(['note']);
        },
      ),
    );
  });

  it('quote a day that is none as it was written', async () => {
    const { rows } = await read('urn,window,due_on,reason\n123456,1,31/02/2027,flood\n');
    expect(objectionTo(rows[0]!, 'extend')?.message).toContain("due_on '31/02/2027' must be a date");
  });

  it('have a limit in bytes, in number and in length each', async () => {
    expect(await codeOf(read('x'.repeat(LARGEST_BULK_BYTES + 1)))).toBe('BULK.TOO_LARGE');
    expect(await codeOf(read(`urn\n${'123456\n'.repeat(MOST_BULK_ROWS + 1)}`))).toBe('BULK.TOO_MANY_ROWS');
    expect((await read(`urn\n${'123456\n'.repeat(MOST_BULK_ROWS)}`)).rows).toHaveLength(MOST_BULK_ROWS);
    expect(await codeOf(read(`urn,note\n123456,${'x'.repeat(LONGEST_BULK_ROW)}\n`))).toBe(
      'BULK.ROW_TOO_LONG',
    );
    expect(await codeOf(read('name\nOak\n'))).toBe('IMPORT.HEADER');
    expect(await codeOf(read('urn,window\n,\n'))).toBe('IMPORT.EMPTY');
    expect(() => rowsFound([], 'enrol', {})).toThrow('nothing is found');
  });

  it.each<[string, BulkAction, object, string | undefined]>([
    ['nothing is wrong with', 'enrol', {}, undefined],
    ['a urn of one digit', 'enrol', { urn: '1' }, 'urn'],
    ['no window', 'remind', {}, 'window'],
    ['a window', 'remind', { window: '1' }, undefined],
    ['a tranche that is none', 'approve', { tranche: 'x' }, 'tranche'],
    ['no due day', 'extend', { window: '1', reason: 'x' }, 'due_on'],
    ['no reason', 'extend', { window: '1', dueOn: '2025-01-01' }, 'reason'],
    ['a day that is none', 'extend', { window: '1', dueOn: '2025-02-30', reason: 'x' }, 'due_on'],
    ['an end that is none', 'extend', { ...WHOLE, closesOn: 'soon' }, 'closes_on'],
    ['all that is needed', 'extend', WHOLE, undefined],
  ])('are objected to, naming row and column: %s, %s', (_, action, changes, field) => {
    const objection = objectionTo({ ...row, ...changes }, action);
    expect(objection?.field).toBe(field);
    if (field !== undefined) expect(objection?.message).toMatch(new RegExp(`^row 2: ${field}`));
  });
});

describe('rows about the same', () => {
  const rows = (...asked: readonly Partial<BulkRow>[]): readonly BulkRow[] =>
    asked.map((one, index) => ({ ...row, ...WHOLE, ...one, row: index + 2 }));

  it('count once if they ask for the same, and not at all if they do not', () => {
    const same = rows({}, {}, { urn: '123457' });
    expect([...askedTwice(same, 'extend').keys()]).toEqual([same[1]]);
    const other = rows({}, { dueOn: '2025-07-30' }, { window: '2' });
    expect([...askedTwice(other, 'extend').keys()]).toEqual(other.slice(0, 2));
    expect([...askedTwice(other, 'extend').values()]).toMatchObject([
      {
        code: 'BULK.ROW_TWICE',
        message: expect.stringContaining('the same as row 3 and asks for something else'),
      },
      {
        code: 'BULK.ROW_TWICE',
        message: expect.stringContaining('the same as row 2 and asks for something else'),
      },
    ]);
  });

  it('come to the same in any order', () => {
    const one = fc.record({
      urn: fc.constantFrom('100001', '100002'),
      window: fc.constantFrom('1', '2'),
      dueOn: fc.constantFrom('2025-06-30', '2025-07-30'),
    });
    const outcomes = (of: readonly BulkRow[]): readonly string[] => {
      const twice = askedTwice(of, 'extend');
      return of
        .map((asked) => `${asked.urn} ${asked.window} ${asked.dueOn} ${twice.get(asked)?.code ?? 'goes on'}`)
        .sort();
    };
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), fc.func(fc.nat()), (asked, place) => {
        const inOrder = rows(...asked);
        const shuffled = inOrder.toSorted((a, b) => place(a.row) - place(b.row));
        expect(outcomes(shuffled)).toEqual(outcomes(inOrder));
      }),
    );
  });
});

describe('the error file', () => {
  const refused = { outcome: 'refused', code: 'X.Y', field: null, message: 'row 2: no', digest: '' } as const;
  const done = { outcome: 'done', code: null, field: null, message: null, digest: '' } as const;
  const fileOf = ({ header, separator, rows }: BulkRows): string => {
    const kept: readonly KeptRow[] = rows.map((one, index) => ({
      ...{ row: one, said: index === 0 ? refused : done, result: null },
    }));
    return errorFileOf({ header, separator } as unknown as KeptBulk, kept);
  };

  it('has rows as they were sent, and is read again to the same', async () => {
    const sent = await read('note,urn\n"a, ""b""",123456\nfine,123457\n', 'enrol');
    expect(fileOf(sent)).toBe('note,urn,error\n"a, ""b""",123456,X.Y: row 2: no\n');
    expect(await read(fileOf(sent), 'enrol')).toEqual({ ...sent, rows: sent.rows.slice(0, 1) });
  });

  it('has what was said for all, so that it is sent again by itself', async () => {
    const { dueOn, reason, window } = WHOLE;
    const found = rowsFound([{ urn: '123456' }], 'extend', { window, dueOn, reason });
    expect(fileOf(found)).toBe(
      'urn,window,due_on,reason,error\n123456,1,2025-06-30,the flood,X.Y: row 2: no\n',
    );
    const again = await read(fileOf(found));
    expect(again.rows).toEqual(found.rows);
    expect(objectionTo(again.rows[0]!, 'extend')).toBeUndefined();
  });

  it('opens in the spreadsheet that wrote the other', async () => {
    const sent = await read(Buffer.from('urn;note\n123456;caf\u00e9\n', 'latin1'), 'enrol');
    expect(fileOf(sent)).toBe('\ufeffurn;note;error\n123456;caf\u00e9;X.Y: row 2: no\n');
  });
});
