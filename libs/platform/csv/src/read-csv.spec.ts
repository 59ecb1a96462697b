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
  readonly encoding: string;
  readonly refusal: RefusalError | undefined;
}

async function read(content: string | Uint8Array): Promise<Read> {
  const problems = new Problems('gias.csv');
  const rows: Read['rows'][number][] = [];
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const { sha256, encoding } = await readCsv(bytes, columns, problems, (row) =>
    rows.push({ row: row.row, urn: row.text('urn'), name: row.text('name'), town: row.text('town') }),
  );
  try {
    problems.throwIfFound();
    return { rows, sha256, encoding, refusal: undefined };
  } catch (error) {
    return { rows, sha256, encoding, refusal: error as RefusalError };
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
    separator: fc.constantFrom(',', ';', '\t'),
  });

  it('gives the same whatever the order of columns, their separator, line endings, byte order mark and quotation marks', async () => {
    await fc.assert(
      fc.asyncProperty(
        records,
        layout,
        async (expected, { order, ending, lastEnding, bom, header, separator }) => {
          const names = { urn: header, name: 'EstablishmentName', town: 'Town', other: 'HeadLastName' };
          const lines = [
            order.map((field) => names[field]),
            ...expected.map((record) =>
              order.map((field) => quoted(field === 'other' ? 'Somebody' : String(record[field]))),
            ),
          ].map((cells) => cells.join(separator));
          const content = Buffer.from(
            (bom ? '\ufeff' : '') + lines.join(ending) + (lastEnding ? ending : ''),
          );
          const { rows, sha256, refusal } = await read(content);
          expect(refusal).toBeUndefined();
          expect(sha256).toBe(createHash('sha256').update(content).digest('hex'));
          expect(rows).toEqual(
            expected.map(({ urn, name, town }, index) => ({ row: index + 2, urn: String(urn), name, town })),
          );
        },
      ),
    );
  });

  // WHATWG Encoding Standard, index windows-1252: what is not here is as in ISO 8859-1, or undefined.
  const C1 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
  const inWindows1252 = (text: string): Buffer =>
    Buffer.from(
      [...text].map((character) => {
        const at = C1.indexOf(character);
        return at >= 0 ? 0x80 + at : character.charCodeAt(0);
      }),
    );
  const characters = [...C1.replaceAll(/[\u0081-\u009d]/g, '')].concat(
    Array.from({ length: 0x60 }, (_, index) => String.fromCharCode(0xa0 + index)),
  );
  // None of them beside another: a few pairs of them are characters of UTF-8 as well.
  const anyName = fc
    .array(
      fc.tuple(fc.option(fc.constantFrom(...characters), { nil: '' }), fc.constantFrom(...'abc XYZ,"\'-')),
      {
        maxLength: 12,
      },
    )
    .map((cell) => cell.flat().join('').trim());

  it('knows every character that Windows-1252 has', async () => {
    expect(characters).toHaveLength(27 + 0x60);
    const rows = characters.map((character, index) => `${index},a${character}b`);
    const read1252 = await read(inWindows1252(`URN,EstablishmentName\n${rows.join('\n')}\n`));
    expect(read1252.encoding).toBe('windows-1252');
    expect(read1252.rows.map(({ name }) => name)).toEqual(characters.map((character) => `a${character}b`));
  });

  it('gives the same in UTF-8, in UTF-8 with a byte order mark, and in Windows-1252', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyName, { minLength: 1, maxLength: 40 }), async (names) => {
        const text = `URN,EstablishmentName\n${names.map((name, index) => `${index},${quoted(name)}`).join('\n')}\n`;
        const utf8 = await read(text);
        expect(utf8).toMatchObject({ encoding: 'utf-8', refusal: undefined });
        expect(utf8.rows.map(({ name }) => name)).toEqual(names);
        expect((await read(`\ufeff${text}`)).rows).toEqual(utf8.rows);
        const bytes = inWindows1252(text);
        const windows1252 = await read(bytes);
        expect(windows1252.refusal).toBeUndefined();
        expect(windows1252.rows).toEqual(utf8.rows);
        expect(windows1252.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
      }),
    );
  });

  it('cuts Windows-1252 anywhere it likes', async () => {
    const rows = Array.from({ length: 9000 }, (_, index) => `${index},Café ${'é'.repeat(index % 7)}`);
    const { rows: found, encoding } = await read(inWindows1252(`URN,EstablishmentName\n${rows.join('\n')}`));
    expect(encoding).toBe('windows-1252');
    expect(found.map(({ urn, name }) => `${urn},${name}`)).toEqual(rows.map((row) => row.trim()));
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

describe('what separates columns', () => {
  const one = { urn: { names: ['urn'], required: true } } as const satisfies Columns<string>;
  const separatorIn = async (header: string, of: Columns<string> = columns): Promise<string> => {
    const { separator } = await readCsv(
      Buffer.from(`${header}\n`),
      of,
      new Problems('x.csv'),
      () => undefined,
    );
    return separator;
  };

  it.each([
    ['URN;EstablishmentName', ';'],
    ['URN\tEstablishmentName', '\t'],
    // What stands in a name separates nothing, quoted or not.
    ['"URN","EstablishmentName","a;b;c;d"', ','],
    ['"URN";"EstablishmentName";"a, b, ""c"", d"', ';'],
    ['URN;EstablishmentName;FTE, all, of, them', ';'],
    ['\ufeff"URN"\tEstablishmentName\tx;y;z\tw,v', '\t'],
    // Nor does a line break in a quoted name end the header.
    ['"a,\nb,c";URN;EstablishmentName', ';'],
    // A header that is none of ours: what it has most of.
    ['Name;Age,Town,Other', ','],
    ['Name;Age;Town,Other', ';'],
  ])('is what the header says: %j', async (header, separator) => {
    expect(await separatorIn(header)).toBe(separator);
  });

  it('is a comma where the header has one column', async () => {
    expect(await separatorIn('urn', one)).toBe(',');
    expect(await separatorIn('urn;note', one)).toBe(';');
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
    ['upright strokes', 'URN|EstablishmentName\n1|a\n', 'IMPORT.HEADER', "separated by '|'"],
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

  it.each<[says: string, before: string, bytes: readonly number[], what: string]>([
    ['a byte that Windows-1252 leaves undefined', '1,Caf', [0x81], 'is neither UTF-8 nor Windows-1252'],
    ['another one, after one that is defined', '1,Caf\n', [0x9d], 'is neither UTF-8 nor Windows-1252'],
    ['Windows-1252 after a byte order mark', '\ufeff', [0xe9], 'the file begins as UTF-8'],
    ['Windows-1252 beside UTF-8', '1,Café', [0xe9], 'the file has UTF-8 in line'],
    ['a lone continuation byte beside UTF-8', '1,Café', [0xa0], 'the file has UTF-8 in line'],
    ['an overlong character beside UTF-8', '1,Café', [0xc0, 0xaf], 'the file has UTF-8 in line'],
    ['a surrogate beside UTF-8', '1,Café', [0xed, 0xa0, 0x80], 'the file has UTF-8 in line'],
    ['a character beyond Unicode beside UTF-8', '1,Café', [0xf4, 0x90, 0x80, 0x80], 'has UTF-8 in line'],
    ['half a character beside UTF-8', '1,Café', [0xe2, 0x82], 'the file has UTF-8 in line'],
  ])('is refused where it is no text: %s, naming line and byte', async (_says, marked, bytes, what) => {
    const mark = marked === '\ufeff' ? marked : '';
    const cell = mark === '' ? marked : '1,Caf';
    for (const [rows, after] of [
      [good, '\n2,b\n'],
      [good, ''],
      [manyRows, '\n'],
    ] as const) {
      const before = Buffer.from(mark + rows + cell);
      const { refusal } = await read(Buffer.concat([before, Buffer.from(bytes), Buffer.from(after)]));
      const line = (rows + cell).split('\n').length;
      expect(refusal?.code).toBe('IMPORT.ENCODING');
      expect(refusal?.message).toContain(`at offset ${before.length} (line ${line})`);
      expect(refusal?.message).toContain(what);
      expect(refusal?.message).toContain('save it as UTF-8');
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
  expect(waits.length).toBeGreaterThan(200);
  // Not the longest one, and of the whole: on a machine with other work to do, both are as much longer.
  const whole = waits.reduce((sum, wait) => sum + wait, 0);
  expect(waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.99)]).toBeLessThan(whole / 20);
});
