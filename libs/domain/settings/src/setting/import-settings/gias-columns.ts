import { isUrn, parseDate, RefusalError } from '#kernel';
import type { Columns, Problems, CsvRow } from '#platform/csv';
import { isLaCode, isUkprn, LONGEST, RULES, SETTING_STATUSES } from '../setting-rules.js';
import type { SettingDetails, StatedDetails } from '../setting.events.js';

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

/**
 * Reads one row; what is wrong with it is added to `problems`, and `undefined` returned. A field whose column the file does
 * not have is not in what it gives; one whose cell is empty is `null`.
 */
export function settingFrom(row: Row, problems: Problems): StatedDetails | undefined {
  const reader = new RowReader(row, problems);
  const details: StatedDetails = {
    urn: reader.matching('urn', isUrn, RULES.urn),
    name: reader.required('name', LONGEST.name),
    laCode: reader.matching('laCode', isLaCode, RULES.laCode),
    phase: reader.required('phase', LONGEST.phase),
    status: reader.matching('status', isStatus, `must be one of ${SETTING_STATUSES.join('; ')}`),
    ...reader.stated('ukprn', () =>
      row.text('ukprn') === '' ? null : reader.matching('ukprn', isUkprn, RULES.ukprn),
    ),
    ...reader.stated('laName', (field) => reader.optional(field, LONGEST[field])),
    ...reader.stated('establishmentNumber', (field) => reader.optional(field, LONGEST[field])),
    ...reader.stated('type', (field) => reader.optional(field, LONGEST[field])),
    ...reader.stated('openDate', (field) => reader.date(field)),
    ...reader.stated('closeDate', (field) => reader.date(field)),
    ...reader.stated('districtCode', (field) => reader.optional(field, LONGEST[field])),
    ...reader.stated('districtName', (field) => reader.optional(field, LONGEST[field])),
    ...reader.stated('postcode', (field) => reader.optional(field, LONGEST[field])),
  };
  const { openDate = null, closeDate = null } = details;
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

  /** What the file says of a field; nothing, where it has no such column. */
  stated<F extends keyof SettingDetails>(
    field: F,
    read: (field: F) => string | null,
  ): Partial<Record<F, string | null>> {
    return this.row.has(field) ? ({ [field]: read(field) } as Record<F, string | null>) : {};
  }

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
