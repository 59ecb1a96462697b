import { isUrn, parseDate, RefusalError } from '#kernel';
import type { Columns, Problems, CsvRow } from '#platform/csv';
import { isLaCode, isUkprn, LONGEST, RULES, SETTING_STATUSES } from '../setting-rules.js';
import type { SettingDetails } from '../setting.events.js';

const column = (name: string, required = false) => ({ names: [name] as [string], required });

/**
 * What is read of a GIAS extract. Everything else, head teachers' names among it, is never looked at and
 * never kept.
 */
export const GIAS_COLUMNS = {
  urn: column('URN', true),
  name: column('EstablishmentName', true),
  status: column('EstablishmentStatus (name)', true),
  laCode: column('LA (code)', true),
  phase: column('PhaseOfEducation (name)', true),
  laName: column('LA (name)'),
  establishmentNumber: column('EstablishmentNumber'),
  type: column('TypeOfEstablishment (name)'),
  openDate: column('OpenDate'),
  closeDate: column('CloseDate'),
  ukprn: column('UKPRN'),
  postcode: column('Postcode'),
  districtCode: column('DistrictAdministrative (code)'),
  districtName: column('DistrictAdministrative (name)'),
} as const satisfies Columns<keyof SettingDetails>;

type Row = CsvRow<keyof SettingDetails>;

const GIAS_DATE = /^(\d{2})([-/])(\d{2})\2(\d{4})$/;

/** `31-08-2021` or `31/08/2021` → `2021-08-31`; `undefined` if it is no date. */
export function dateFromGias(text: string): string | undefined {
  const [, day, , month, year] = GIAS_DATE.exec(text) ?? [];
  if (day === undefined) return undefined;
  try {
    return parseDate(`${year}-${month}-${day}`);
  } catch (error) {
    if (error instanceof RefusalError) return undefined;
    throw error;
  }
}

/** Reads one row; what is wrong with it is added to `problems`, and `undefined` returned. */
export function settingFrom(row: Row, problems: Problems): SettingDetails | undefined {
  const reader = new RowReader(row, problems);
  const details: SettingDetails = {
    urn: reader.matching('urn', isUrn, RULES.urn),
    name: reader.required('name', LONGEST.name),
    ukprn: row.text('ukprn') === '' ? null : reader.matching('ukprn', isUkprn, RULES.ukprn),
    laCode: reader.matching('laCode', isLaCode, RULES.laCode),
    laName: reader.optional('laName', LONGEST.laName),
    establishmentNumber: reader.optional('establishmentNumber', LONGEST.establishmentNumber),
    type: reader.optional('type', LONGEST.type),
    phase: reader.required('phase', LONGEST.phase),
    status: reader.matching('status', isStatus, `must be one of ${SETTING_STATUSES.join('; ')}`),
    openDate: reader.date('openDate'),
    closeDate: reader.date('closeDate'),
    districtCode: reader.optional('districtCode', LONGEST.districtCode),
    districtName: reader.optional('districtName', LONGEST.districtName),
    postcode: reader.optional('postcode', LONGEST.postcode),
  };
  const { openDate, closeDate } = details;
  if (openDate !== null && closeDate !== null && closeDate < openDate) {
    reader.refuse('closeDate', `is before ${row.nameOf('openDate')} ${row.text('openDate')}`);
  }
  return reader.refused ? undefined : details;
}

const isStatus = (text: string): boolean => (SETTING_STATUSES as readonly string[]).includes(text);

class RowReader {
  refused = false;

  constructor(
    private readonly row: Row,
    private readonly problems: Problems,
  ) {}

  refuse(field: keyof SettingDetails, rule: string): void {
    this.refused = true;
    const name = this.row.nameOf(field);
    const text = this.row.text(field);
    const shown = text === '' ? 'is empty:' : `'${text.slice(0, 60)}'`;
    this.problems.add('IMPORT.BAD_VALUE', this.row.row, name, `${name} ${shown} ${rule}`);
  }

  matching(field: keyof SettingDetails, matches: (text: string) => boolean, rule: string): string {
    const text = this.row.text(field);
    if (!matches(text)) this.refuse(field, rule);
    return text;
  }

  required(field: keyof SettingDetails, longest: number): string {
    return this.matching(field, (text) => text !== '' && text.length <= longest, rangeRule(longest));
  }

  optional(field: keyof SettingDetails, longest: number): string | null {
    const text = this.row.text(field);
    if (text.length > longest) this.refuse(field, rangeRule(longest));
    return text === '' ? null : text;
  }

  date(field: keyof SettingDetails): string | null {
    const text = this.row.text(field);
    if (text === '') return null;
    const date = dateFromGias(text);
    if (date === undefined)
      this.refuse(field, 'must be a date in the calendar, written DD-MM-YYYY or DD/MM/YYYY');
    return date ?? null;
  }
}

const rangeRule = (longest: number): string => `must have 1 to ${longest} characters`;
