import { isUrn } from '#kernel';
import type { Columns, Problems, CsvRow } from '#platform/csv';
import { FTE_RULE, isFte, SUPPRESSED } from '../fte.js';
import { RULES } from '../setting-rules.js';
import type { WorkforceFigure } from '../setting.events.js';

/** What is read of a school workforce census file; each year's tables name the columns in their own way. */
export const CENSUS_COLUMNS = {
  urn: { names: ['URN', 'school_urn'], required: true },
  fte: {
    names: [
      'teachers_fte',
      'Total Number of Teachers (FTE)',
      'Total Number of Teachers (Full-Time Equivalent)',
    ],
    required: true,
  },
  /** Of the academic year, as the statistics service writes it; without it, one year is not told from another. */
  year: { names: ['time_period'], required: false },
} as const satisfies Columns<CensusField>;
type CensusField = 'urn' | 'fte' | 'year';

const YEAR_RULE = 'must be an academic year such as 202324 or 2023/24, or that of the autumn, 2023';

/** `202324`, `2023/24` and `2023`, whose census is of its autumn, are `2023/24`. */
function academicYearIn(text: string): string | undefined {
  const [, begins = '', ends] = /^(\d{4})(?:[/-]?(\d{2}))?$/.exec(text) ?? [];
  const next = String((Number(begins) + 1) % 100).padStart(2, '0');
  return begins === '' || (ends !== undefined && ends !== next) ? undefined : `${begins}/${next}`;
}

/** Reads one row; what is wrong with it is added to `problems`, and `undefined` returned. */
export function figureFrom(
  row: CsvRow<CensusField>,
  problems: Problems,
): Omit<WorkforceFigure, 'source'> | undefined {
  const urn = row.text('urn');
  const text = row.text('fte');
  const refuse = (field: CensusField, value: string, rule: string): undefined => {
    const name = row.nameOf(field);
    const shown = value === '' ? 'is empty:' : `'${value.slice(0, 60)}'`;
    problems.add('IMPORT.BAD_VALUE', row.row, name, `${name} ${shown} ${rule}`);
    return undefined;
  };
  if (!isUrn(urn)) return refuse('urn', urn, RULES.urn);
  const year = row.text('year');
  const censusYear = year === '' ? null : academicYearIn(year);
  if (censusYear === undefined) return refuse('year', year, YEAR_RULE);
  const mark = SUPPRESSED.find((known) => known === text.toLowerCase());
  if (mark !== undefined) return { urn, fte: null, suppressedAs: mark, censusYear };
  if (isFte(text)) return { urn, fte: text, suppressedAs: null, censusYear };
  return refuse('fte', text, `${FTE_RULE}; or x, c or z where it is withheld`);
}
