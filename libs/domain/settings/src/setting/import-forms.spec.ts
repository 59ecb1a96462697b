// However a file is written, it says the same: columns in any order and among others, whatever separates them, either form of
// a date, any of the encodings.
import { fold, isRefusal, systemActor, type Instant } from '#kernel';
import { Problems } from '#platform/csv';
import { History } from '#testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readLinks } from './import-links/read-links.js';
import { readSettings } from './import-settings/read-settings.js';
import { readFigures } from './import-workforce/read-figures.js';
import { setting, type SettingCommand, type SettingState } from './setting.js';
import { settingRegistered, type SettingDetails, type SettingEvent } from './setting.events.js';

const SETTINGS = {
  URN: ['124570', '20001', '124572'],
  'LA (code)': ['935', '935', '926'],
  'LA (name)': ['Suffolk', 'Suffolk', 'Norfolk'],
  EstablishmentNumber: ['1001', '', '2002'],
  EstablishmentName: ['École Saint-Rémy', 'The Children’s Centre, Ipswich', 'Zoë "Bee" Primary'],
  'TypeOfEstablishment (name)': ['Academy converter', '', 'Community school'],
  'EstablishmentStatus (name)': ['Open', 'Closed', 'Open, but proposed to close'],
  OpenDate: ['01-09-2002', '', '29-02-2004'],
  CloseDate: ['', '31-08-2021', '31-08-2027'],
  'PhaseOfEducation (name)': ['Primary', 'Nursery', 'Primary'],
  UKPRN: ['10012345', '', '10054321'],
  Postcode: ['IP2 9FD', 'IP1 1AA', ''],
  'DistrictAdministrative (code)': ['E07000202', '', ''],
  'DistrictAdministrative (name)': ['Ipswich', '', ''],
} as const;
const CENSUS = {
  school_urn: ['124570', '20001', '124572'],
  teachers_fte: ['23.40', 'x', '105'],
} as const;

const LINKS = {
  URN: ['124570', '20001', '124572'],
  LinkURN: ['130001', '130002', '130003'],
  LinkType: ['Successor - merged', 'Successor', 'Successor - amalgamated'],
  LinkEstablishedDate: ['01-09-2024', '', '31-08-2025'],
} as const;

type Table = Readonly<Record<string, readonly string[]>>;
const ENCODINGS = ['utf-8', 'utf-8 with a mark', 'windows-1252'] as const;

interface Form {
  /** Where each column stands: by this number, the smallest first. */
  readonly order: readonly number[];
  /** Columns that nobody asks for. */
  readonly others: number;
  readonly encoding: (typeof ENCODINGS)[number];
  readonly slashes: boolean;
  readonly quoted: boolean;
  readonly separator: ',' | ';' | '\t';
  readonly newline: '\n' | '\r\n';
}

const form = (columns: number): fc.Arbitrary<Form> =>
  fc.record({
    order: fc.array(fc.integer(), { minLength: columns + 125, maxLength: columns + 125 }),
    // 18 and 139 columns are what extracts come with.
    others: fc.constantFrom(0, 4, 125),
    encoding: fc.constantFrom(...ENCODINGS),
    slashes: fc.boolean(),
    quoted: fc.boolean(),
    separator: fc.constantFrom(',', ';', '\t'),
    newline: fc.constantFrom('\n', '\r\n'),
  });

const WINDOWS_1252: Readonly<Record<string, number>> = { '’': 0x92 };

function encoded(text: string, encoding: Form['encoding']): Buffer {
  if (encoding === 'windows-1252') {
    return Buffer.from([...text].map((character) => WINDOWS_1252[character] ?? character.charCodeAt(0)));
  }
  return Buffer.from(encoding === 'utf-8' ? text : `\uFEFF${text}`);
}

function written(
  table: Table,
  { order, others, encoding, slashes, quoted, separator, newline }: Form,
): Buffer {
  const filler = Array.from({ length: others }, (_, index) => [`Other ${index}`, ['née', '', 'z']] as const);
  const columns = [...Object.entries(table), ...filler]
    .map((column, index) => ({ column, at: order[index] ?? 0 }))
    .sort((a, b) => a.at - b.at)
    .map(({ column }) => column);
  const cell = (text: string): string => {
    const dated = slashes && /^\d\d-\d\d-\d{4}$/.test(text) ? text.replaceAll('-', '/') : text;
    return quoted || dated.includes('"') || dated.includes(separator)
      ? `"${dated.replaceAll('"', '""')}"`
      : dated;
  };
  const rows = [0, 1, 2].map((row) => columns.map(([, cells]) => cell(cells[row] ?? '')));
  const lines = [columns.map(([name]) => cell(name)), ...rows].map((line) => line.join(separator));
  return encoded(lines.join(newline) + newline, encoding);
}

/** What a file comes to: the requests it makes, without where in which file they were read. */
async function readAs(
  read: typeof readSettings | typeof readFigures | typeof readLinks,
  content: Buffer,
): Promise<readonly object[]> {
  const problems = new Problems('file.csv');
  const { commands } = await read('file.csv', content, problems);
  problems.throwIfFound();
  return commands.map(({ row, request: { data } }) => {
    const { source, ...rest } = data as { readonly source: { readonly row: number } };
    expect(source.row).toBe(row);
    return rest;
  });
}

const PLAIN: Form = {
  order: [],
  others: 0,
  encoding: 'utf-8',
  slashes: false,
  quoted: false,
  separator: ',',
  newline: '\n',
};

describe.each([
  ['a GIAS extract', SETTINGS, readSettings],
  ['a workforce census', CENSUS, readFigures],
  ['a file of links', LINKS, readLinks],
] as const)('%s', (_, table, read) => {
  it('says the same in whatever form it comes', async () => {
    const plain = await readAs(read, written(table, PLAIN));
    expect(plain).toHaveLength(3);
    await fc.assert(
      fc.asyncProperty(form(Object.keys(table).length), async (how) => {
        expect(await readAs(read, written(table, how))).toEqual(plain);
      }),
      { numRuns: 100 },
    );
  });
});

it('a file of links says the same in whatever order its rows are, and each link once', async () => {
  const rows = [
    '124570,130001,Successor,01-09-2024',
    '124570,130001,Successor - merged,01-09-2024',
    '124570,130000,Successor,',
    '124570,120000,Predecessor,01-09-1990',
    '20001,130002,Successor,',
    '20001,130002,Successor,',
  ];
  const readIn = async (order: readonly string[]) => {
    const content = Buffer.from(`URN,LinkURN,LinkType,LinkEstablishedDate\n${order.join('\n')}\n`);
    const read = (await readAs(readLinks, content)) as { readonly urn: string }[];
    return read.toSorted((a, b) => (a.urn < b.urn ? -1 : 1));
  };
  const plain = await readIn(rows);
  expect(plain).toMatchObject([
    { urn: '124570', successors: [{ urn: '130000' }, { link: 'Successor' }, { link: 'Successor - merged' }] },
    { urn: '20001', successors: [{ urn: '130002', linkedOn: null }] },
  ]);
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(rows, { minLength: rows.length }), async (order) => {
      expect(await readIn(order)).toEqual(plain);
    }),
    { numRuns: 50 },
  );
});

/** Of the columns that an extract may come without, what we call them. */
const MAY_LACK = {
  'LA (name)': 'laName',
  EstablishmentNumber: 'establishmentNumber',
  'TypeOfEstablishment (name)': 'type',
  OpenDate: 'openDate',
  CloseDate: 'closeDate',
  UKPRN: 'ukprn',
  Postcode: 'postcode',
  'DistrictAdministrative (code)': 'districtCode',
  'DistrictAdministrative (name)': 'districtName',
} as const satisfies Record<string, keyof SettingDetails>;
const source = { file: 'before.csv', row: 9, sha256: 'a'.repeat(64) };
const KNOWN = {
  ...{ name: 'Before', status: 'Open', laCode: '926', phase: 'Nursery' },
  ...{
    laName: 'Kent',
    establishmentNumber: '77',
    type: 'Free school',
    ukprn: '19999999',
    postcode: 'A1 1AA',
  },
  ...{ openDate: '1990-01-01', closeDate: '2030-01-01', districtCode: 'E07', districtName: 'Dover' },
} as const;

/** What the register has on each setting once a file was imported over what it had. */
async function registerAfter(content: Buffer, known: boolean): Promise<readonly SettingDetails[]> {
  const problems = new Problems('file.csv');
  const { commands } = await readSettings('file.csv', content, problems);
  problems.throwIfFound();
  return commands.map(({ urn, request }) => {
    const history = new History();
    const before = known ? [history.record(settingRegistered({ urn, ...KNOWN, source }))] : [];
    const command = { ...request, by: systemActor('test'), at: '2026-01-01T00:00:00.000Z' as Instant };
    const decision = setting.decide(command as SettingCommand, fold(setting, before));
    if (isRefusal(decision)) throw new Error(decision.message);
    const after = decision.map((event: SettingEvent) => history.record(event));
    const state: SettingState = fold(setting, [...before, ...after]);
    if (state.status === 'unregistered') throw new Error('it was registered');
    return state.details;
  });
}

it('a GIAS extract leaves what it has no column for, in whatever form it comes', async () => {
  const whole = await registerAfter(written(SETTINGS, PLAIN), true);
  const some = fc.subarray(Object.keys(MAY_LACK) as (keyof typeof MAY_LACK)[]);
  const all = Object.keys(SETTINGS).length;
  await fc.assert(
    fc.asyncProperty(some, form(all), fc.boolean(), async (lacking, how, known) => {
      const rest = Object.fromEntries(
        Object.entries(SETTINGS).filter(([name]) => !(lacking as string[]).includes(name)),
      );
      const left = lacking.map((name) => MAY_LACK[name]);
      const kept = Object.fromEntries(left.map((field) => [field, known ? KNOWN[field] : null]));
      expect(await registerAfter(written(rest, how), known)).toEqual(
        whole.map((details) => ({ ...details, ...kept })),
      );
    }),
    { numRuns: 100 },
  );
});

it('a GIAS extract in Windows-1252 keeps its accents and its apostrophes', async () => {
  const read = await readAs(readSettings, written(SETTINGS, { ...PLAIN, encoding: 'windows-1252' }));
  expect(read).toMatchObject([
    { name: 'École Saint-Rémy', openDate: '2002-09-01' },
    { name: 'The Children’s Centre, Ipswich', closeDate: '2021-08-31' },
    { name: 'Zoë "Bee" Primary' },
  ]);
});
