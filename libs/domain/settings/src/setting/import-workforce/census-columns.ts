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
} as const satisfies Columns<'urn' | 'fte'>;

/** Reads one row; what is wrong with it is added to `problems`, and `undefined` returned. */
export function figureFrom(
  row: CsvRow<'urn' | 'fte'>,
  problems: Problems,
): Omit<WorkforceFigure, 'source'> | undefined {
  const urn = row.text('urn');
  const text = row.text('fte');
  const refuse = (field: 'urn' | 'fte', value: string, rule: string): undefined => {
    const name = row.nameOf(field);
    const shown = value === '' ? 'is empty:' : `'${value.slice(0, 60)}'`;
    problems.add('IMPORT.BAD_VALUE', row.row, name, `${name} ${shown} ${rule}`);
    return undefined;
  };
  if (!isUrn(urn)) return refuse('urn', urn, RULES.urn);
  const mark = SUPPRESSED.find((known) => known === text.toLowerCase());
  if (mark !== undefined) return { urn, fte: null, suppressedAs: mark };
  if (isFte(text)) return { urn, fte: text, suppressedAs: null };
  return refuse('fte', text, `${FTE_RULE}; or x, c or z where it is withheld`);
}
