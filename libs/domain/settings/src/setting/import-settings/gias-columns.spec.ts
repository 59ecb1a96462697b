import { describe, expect, it } from '@jest/globals';
import { Problems, readCsv } from '#platform/csv';
import type { StatedDetails } from '../setting.events.js';
import { figureFrom, CENSUS_COLUMNS } from '../import-workforce/census-columns.js';
import { dateFromGias, GIAS_COLUMNS, settingFrom } from './gias-columns.js';

const good: Readonly<Record<string, string>> = {
  URN: '124570',
  'LA (code)': '935',
  'LA (name)': 'Suffolk',
  EstablishmentNumber: '1001',
  EstablishmentName: 'Acorn Wharf',
  'TypeOfEstablishment (name)': 'Local authority nursery school',
  'EstablishmentStatus (name)': 'Open',
  OpenDate: '01-09-2002',
  CloseDate: '',
  'PhaseOfEducation (name)': 'Nursery',
  UKPRN: '10012345',
  Postcode: 'IP2 9FD',
  'DistrictAdministrative (code)': 'E07000202',
  'DistrictAdministrative (name)': 'Ipswich',
  HeadLastName: 'Nobody',
};

async function read(cells: Readonly<Record<string, string>>) {
  const problems = new Problems('gias.csv');
  let details: StatedDetails | undefined;
  const content = `${Object.keys(cells).join(',')}\n${Object.values(cells)
    .map((cell) => `"${cell}"`)
    .join(',')}\n`;
  await readCsv(
    Buffer.from(content),
    GIAS_COLUMNS,
    problems,
    (row) => (details = settingFrom(row, problems)),
  );
  return { details, problems };
}

describe('a row of a GIAS extract', () => {
  it('gives what is needed and nothing else', async () => {
    const { details } = await read(good);
    expect(details).toEqual({
      urn: '124570',
      name: 'Acorn Wharf',
      ukprn: '10012345',
      laCode: '935',
      laName: 'Suffolk',
      establishmentNumber: '1001',
      type: 'Local authority nursery school',
      phase: 'Nursery',
      status: 'Open',
      openDate: '2002-09-01',
      closeDate: null,
      districtCode: 'E07000202',
      districtName: 'Ipswich',
      postcode: 'IP2 9FD',
    });
    expect(JSON.stringify(details)).not.toContain('Nobody');
  });

  it.each<[column: string, text: string, rule: string]>([
    ['URN', '', 'must be 6 digits'],
    ['URN', '1234', 'must be 6 digits'],
    ['URN', '12345A', 'must be 6 digits'],
    ['LA (code)', '93', 'must be 3 digits'],
    ['EstablishmentName', '', '1 to 200 characters'],
    ['EstablishmentName', 'x'.repeat(201), '1 to 200 characters'],
    [
      'EstablishmentStatus (name)',
      'open',
      'must be one of Open; Closed; Open, but proposed to close; Proposed to open',
    ],
    ['EstablishmentStatus (name)', '', 'must be one of'],
    ['PhaseOfEducation (name)', '', '1 to 60 characters'],
    ['UKPRN', '20012345', 'the first of them 1'],
    ['UKPRN', '1001234', '8 digits'],
    ['OpenDate', '2002-09-01', 'DD-MM-YYYY or DD/MM/YYYY'],
    ['OpenDate', '31-02-2002', 'DD-MM-YYYY'],
    ['CloseDate', '1/9/2002', 'DD-MM-YYYY'],
    ['CloseDate', '31-08-2002', 'is before OpenDate 01-09-2002'],
    ['Postcode', 'IP2 9FD and more', '1 to 10 characters'],
  ])('is refused where %s is %j, naming row, column and rule', async (column, text, rule) => {
    const { details, problems } = await read({ ...good, [column]: text });
    expect(details).toBeUndefined();
    let message = '';
    try {
      problems.throwIfFound();
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('row 2');
    expect(message).toContain(column);
    expect(message).toContain(rule);
  });

  it('reads dates in both of their writings, but not in a mixture', () => {
    expect(dateFromGias('31-08-2021')).toBe('2021-08-31');
    expect(dateFromGias('31/08/2021')).toBe('2021-08-31');
    expect(dateFromGias('31-08/2021')).toBeUndefined();
    expect(dateFromGias('29-02-2023')).toBeUndefined();
  });
});

describe('a row of a census file', () => {
  const figureOf = async (fte: string, header = 'school_urn,teachers_fte', urn = '124570') => {
    const problems = new Problems('census.csv');
    let figure: ReturnType<typeof figureFrom>;
    const content = Buffer.from(`${header}\n${urn},${fte}\n`);
    await readCsv(content, CENSUS_COLUMNS, problems, (row) => (figure = figureFrom(row, problems)));
    return { figure, found: problems.found };
  };

  it.each(['x', 'c', 'z', 'C'])('gives %s as not known, never as 0', async (mark) => {
    const { figure } = await figureOf(mark);
    expect(figure).toEqual({
      ...{ urn: '124570', fte: null, suppressedAs: mark.toLowerCase(), censusYear: null },
    });
  });

  it.each(['0', '4.0', '23.4', '9999.9999'])('gives %s as it is written', async (fte) => {
    expect((await figureOf(fte)).figure).toEqual({
      ...{ urn: '124570', fte, suppressedAs: null, censusYear: null },
    });
  });

  it.each([
    'URN,Total Number of Teachers (FTE)',
    'school_urn,Total Number of Teachers (Full-Time Equivalent)',
    ' urn ,TEACHERS_FTE',
  ])('is read by the header %s', async (header) => {
    expect((await figureOf('23.4', header)).figure?.fte).toBe('23.4');
  });

  it.each(['', '-1', 'n/a', '"1,234.5"', '10000', '1.23456'])('is refused with %p', async (fte) => {
    expect(await figureOf(fte)).toEqual({ figure: undefined, found: true });
  });

  const withYear = 'time_period,school_urn,teachers_fte';
  it.each([
    ['202324', '2023/24'],
    ['2023/24', '2023/24'],
    ['2023-24', '2023/24'],
    ['2023', '2023/24'],
    ['199900', '1999/00'],
    ['', null],
  ])('whose time_period is %p is of %p', async (year, censusYear) => {
    const { figure } = await figureOf('23.4', withYear, `${year},124570`);
    expect(figure).toMatchObject({ fte: '23.4', censusYear });
  });

  it.each(['202325', '20232024', 'Autumn 2023', '23/24'])(
    'is refused with the time_period %p',
    async (year) => {
      expect(await figureOf('23.4', withYear, `${year},124570`)).toEqual({ figure: undefined, found: true });
    },
  );

  it('is refused with a URN that is none', async () => {
    expect((await figureOf('1', undefined, '12')).found).toBe(true);
  });
});
