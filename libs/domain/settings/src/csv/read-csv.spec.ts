import { RefusalError } from '#kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import type { Columns } from './columns.js';
import { fileNameFrom } from './file-name.js';
import { Problems } from './problems.js';
import { readCsv } from './read-csv.js';

const columns = {
  urn: { names: ['URN', 'school_urn'], required: true },
  name: { names: ['EstablishmentName'], required: true },
  town: { names: ['Town'], required: false },
} as const satisfies Columns<string>;

interface Read {
  readonly rows: readonly { row: number; urn: string; name: string; town: string }[];
  readonly sha256: string;
  readonly refusal: RefusalError | undefined;
}

async function read(content: string | Uint8Array): Promise<Read> {
  const problems = new Problems('gias.csv');
  const rows: Read['rows'][number][] = [];
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const { sha256 } = await readCsv(bytes, columns, problems, (row) =>
    rows.push({ row: row.row, urn: row.text('urn'), name: row.text('name'), town: row.text('town') }),
  );
  try {
    problems.throwIfFound();
    return { rows, sha256, refusal: undefined };
  } catch (error) {
    return { rows, sha256, refusal: error as RefusalError };
  }
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

describe('reading a CSV file', () => {
  const anyText = fc
    .string({ unit: 'binary', maxLength: 12 })
    .map((text) => text.replaceAll('\0', '').trim());
  const records = fc.array(
    fc.record({ urn: fc.integer({ min: 10_000, max: 999_999 }), name: anyText, town: anyText }),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  const layout = fc.record({
    order: fc.shuffledSubarray(['urn', 'name', 'town', 'other'] as const, { minLength: 4 }),
    ending: fc.constantFrom('\n', '\r\n', '\r'),
    lastEnding: fc.boolean(),
    bom: fc.boolean(),
    header: fc.constantFrom('URN', 'school_urn', ' urn '),
  });

  it('gives the same whatever the order of columns, line endings, byte order mark and quotation marks', async () => {
    await fc.assert(
      fc.asyncProperty(records, layout, async (expected, { order, ending, lastEnding, bom, header }) => {
        const names = { urn: header, name: 'EstablishmentName', town: 'Town', other: 'HeadLastName' };
        const lines = [
          order.map((field) => names[field]),
          ...expected.map((record) =>
            order.map((field) => quoted(field === 'other' ? 'Somebody' : String(record[field]))),
          ),
        ].map((cells) => cells.join(','));
        const content = Buffer.from((bom ? '\ufeff' : '') + lines.join(ending) + (lastEnding ? ending : ''));
        const { rows, sha256, refusal } = await read(content);
        expect(refusal).toBeUndefined();
        expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
        expect(rows).toEqual(
          expected.map(({ urn, name, town }, index) => ({ row: index + 2, urn: String(urn), name, town })),
        );
      }),
    );
  });

  it('reads cells that need no quotation marks without them, and a column that is not there as empty', async () => {
    const { rows } = await read('EstablishmentName,URN\nAcorn Wharf, 100001 \n');
    expect(rows).toEqual([{ row: 2, urn: '100001', name: 'Acorn Wharf', town: '' }]);
  });

  it('counts rows as a spreadsheet does: empty lines have a number, lines within a cell have none', async () => {
    const { rows } = await read('URN,EstablishmentName\n1,"a\nb"\n\n2,c\n');
    expect(rows.map(({ row, urn }) => [row, urn])).toEqual([
      [2, '1'],
      [4, '2'],
    ]);
  });

  it('never cuts a character in two where it reads in slices', async () => {
    const cell = 'é€😀'.repeat(8000);
    const content = `URN,EstablishmentName\n${['1', '2', '3', '4', '5'].map((urn) => `${urn},${cell}`).join('\n')}`;
    const { refusal } = await read(content);
    expect(refusal?.code).toBe('IMPORT.NOT_CSV'); // a record that large
    const small = Array.from({ length: 9000 }, (_, index) => `${index},é€😀é€😀`);
    const { rows } = await read(`URN,EstablishmentName\n${small.join('\n')}`);
    expect(rows).toHaveLength(9000);
    expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(['é€😀é€😀']));
  });
});

const good = 'URN,EstablishmentName\n';
const manyRows = good + '100001,a\n'.repeat(20_000);

describe('what is no such file', () => {
  it.each<[says: string, content: string | Uint8Array, code: string, message: string]>([
    ['nothing', '', 'IMPORT.EMPTY', 'the file is empty'],
    ['only a header', good, 'IMPORT.EMPTY', 'no rows'],
    ['JSON', '{"URN": 1}', 'IMPORT.NOT_CSV', 'JSON'],
    ['a list in JSON', ' [1, 2]', 'IMPORT.NOT_CSV', 'JSON'],
    ['a web page', '\n<!doctype html><p>Not found', 'IMPORT.NOT_CSV', 'web page'],
    ['a spreadsheet', Buffer.from('PK\u0003\u0004....'), 'IMPORT.NOT_CSV', 'spreadsheet'],
    ['a PDF', '%PDF-1.7', 'IMPORT.NOT_CSV', 'PDF'],
    ['UTF-16', Buffer.from('\ufeffURN,EstablishmentName\n1,a\n', 'utf16le'), 'IMPORT.ENCODING', 'UTF-16'],
    [
      'UTF-16 without its mark',
      Buffer.from('URN,Name\n', 'utf16le'),
      'IMPORT.NOT_CSV',
      'zero byte at offset 1',
    ],
    [
      'a zero byte far inside',
      Buffer.concat([Buffer.from(manyRows), Buffer.from([0])]),
      'IMPORT.NOT_CSV',
      `zero byte at offset ${manyRows.length}`,
    ],
    ['semicolons', 'URN;EstablishmentName\n1;a\n', 'IMPORT.HEADER', "separated by ';'"],
    ['tabs', 'URN\tEstablishmentName\n1\ta\n', 'IMPORT.HEADER', 'separated by tabs'],
    ['another header', 'Name,Age\na,1\n', 'IMPORT.HEADER', "'URN' or 'school_urn', 'EstablishmentName'"],
    ['one column missing', 'URN,Name\n1,a\n', 'IMPORT.HEADER', "lacks the column 'EstablishmentName'"],
    [
      'a column twice',
      'URN,EstablishmentName,urn\n1,a,1\n',
      'IMPORT.HEADER',
      'URN (column 1) and urn (column 3)',
    ],
    [
      'two columns that mean the same',
      'URN,school_urn,EstablishmentName\n1,1,a\n',
      'IMPORT.HEADER',
      'not clear',
    ],
    ['a short row', `${good}1,a\n2\n`, 'IMPORT.RAGGED_ROW', 'row 3: it has 1 columns and the header has 2'],
    ['a long row', `${good}1,a,b\n`, 'IMPORT.RAGGED_ROW', 'row 2: it has 3 columns'],
    ['an open quotation mark', `${good}1,"a\n2,b\n`, 'IMPORT.NOT_CSV', 'never closed'],
    [
      'a quotation mark in the middle',
      `${good}1,"a"b\n`,
      'IMPORT.NOT_CSV',
      'row 2: not a CSV: a quotation mark',
    ],
    ['an endless record', `${good}1,"${'a'.repeat(70_000)}`, 'IMPORT.NOT_CSV', 'larger than 64 KiB'],
    ['too many rows', good + '1,a\n'.repeat(200_001), 'IMPORT.TOO_MANY_ROWS', 'more than 200000 rows'],
  ])('is refused: %s', async (_says, content, code, message) => {
    const { refusal } = await read(content);
    expect(refusal).toBeInstanceOf(RefusalError);
    expect(refusal!.code).toBe(code);
    expect(refusal!.message).toContain(message);
    expect(refusal!.message).toContain('gias.csv was not imported and nothing was written');
  });

  it.each<[says: string, bytes: readonly number[]]>([
    ['Windows-1252', [0xe9]],
    ['a lone continuation byte', [0x80]],
    ['an overlong character', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['the first half of a character', [0xe2, 0x82]],
  ])('is refused where it is no UTF-8: %s, naming line and byte', async (_says, bytes) => {
    for (const [before, after] of [
      [good + '1,Caf', '\n2,b\n'],
      [good + '1,Caf', ''],
      [manyRows + '1,Caf', '\n'],
    ] as const) {
      const content = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
      const { refusal } = await read(content);
      const line = before.split('\n').length;
      expect(refusal?.code).toBe('IMPORT.ENCODING');
      expect(refusal?.message).toContain(`at offset ${before.length} (line ${line})`);
    }
  });

  it('is refused above the largest size without being read', async () => {
    const { refusal } = await read(new Uint8Array(128 * 1024 * 1024 + 1));
    expect(refusal?.code).toBe('IMPORT.TOO_LARGE');
  });
});

describe('problems', () => {
  it('are told together, the first 20 of them, with how many there are', async () => {
    const { refusal } = await read(good + '1\n'.repeat(25));
    expect(refusal!.message).toMatch(/25 problems\n- row 2: .*and 5 more$/s);
    expect(refusal!.refusal.details).toMatchObject({ file: 'gias.csv', row: 2, problemCount: 25 });
    expect(refusal!.refusal.details['problems']).toHaveLength(20);
  });
});

describe('the name of a file', () => {
  it('is the last part of its path', () => {
    expect(fileNameFrom('/a/b/gias.csv')).toBe('gias.csv');
    expect(fileNameFrom('C:\\data\\gias 2024.csv')).toBe('gias 2024.csv');
  });
  it.each([undefined, '', '/', 'a\nb.csv', 'x'.repeat(201), ['a']])('is needed: %j', (value) => {
    expect(() => fileNameFrom(value)).toThrow(RefusalError);
  });
});

it('leaves the thread to others while it reads 50,000 rows', async () => {
  const row = `,"Acorn Wharf Nursery School",${'x,'.repeat(136)}y\n`;
  const header = `URN,EstablishmentName,${Array.from({ length: 137 }, (_, index) => `c${index}`).join(',')}\n`;
  const content = Buffer.from(header + Array.from({ length: 50_000 }, (_, index) => index + row).join(''));
  let running = true;
  const waits: number[] = [];
  const watch = (async () => {
    for (let last = performance.now(); running;) {
      await setImmediate();
      const now = performance.now();
      waits.push(now - last);
      last = now;
    }
  })();
  const { rows } = await read(content);
  running = false;
  await watch;
  expect(rows).toHaveLength(50_000);
  // Not the longest one: on a machine with other work to do, that is the other work.
  expect(waits.length).toBeGreaterThan(200);
  expect(waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.99)]).toBeLessThan(50);
});
