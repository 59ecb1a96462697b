import { isUrn, NOT_BLANK, parseDate, refusal, RefusalError, refuseShape, type Refusal } from '#kernel';
import { Type } from 'typebox';
import { FTE_RULE, isFte, SUPPRESSED } from './fte.js';
import { Source, type SettingDetails, type WorkforceFigure } from './setting.events.js';

/** The statuses that Get Information About Schools gives. */
export const SETTING_STATUSES = [
  'Open',
  'Closed',
  'Open, but proposed to close',
  'Proposed to open',
] as const;

/** What somebody should look at before relying on a setting. */
export type SettingFlag = 'proposed-to-open' | 'proposed-to-close' | 'closed';

const FLAGS: Readonly<Record<string, SettingFlag | undefined>> = {
  'Proposed to open': 'proposed-to-open',
  'Open, but proposed to close': 'proposed-to-close',
  Closed: 'closed',
};

/** @returns `null` for a setting that is simply open, or unknown */
export function flagOf(status: string | undefined): SettingFlag | null {
  return FLAGS[status ?? ''] ?? null;
}

export const LONGEST = {
  name: 200,
  laName: 100,
  establishmentNumber: 10,
  type: 120,
  phase: 60,
  districtCode: 20,
  districtName: 100,
  postcode: 10,
  file: 200,
} as const;

const text = (maxLength: number) => Type.String({ maxLength, pattern: NOT_BLANK });
const known = (maxLength: number) => Type.Union([text(maxLength), Type.Null()]);
const strict = { additionalProperties: false } as const;
const source = Type.Object({ ...Source.properties, file: text(LONGEST.file) }, strict);

const Registration = Type.Object(
  {
    urn: Type.String({ maxLength: 6 }),
    name: text(LONGEST.name),
    ukprn: known(8),
    laCode: Type.String({ maxLength: 3 }),
    laName: known(LONGEST.laName),
    establishmentNumber: known(LONGEST.establishmentNumber),
    type: known(LONGEST.type),
    phase: text(LONGEST.phase),
    status: Type.Enum([...SETTING_STATUSES]),
    openDate: known(10),
    closeDate: known(10),
    districtCode: known(LONGEST.districtCode),
    districtName: known(LONGEST.districtName),
    postcode: known(LONGEST.postcode),
    source,
  },
  strict,
);

const ACADEMIC_YEAR = '^[0-9]{4}/[0-9]{2}$';
const Figure = Type.Object(
  {
    urn: Type.String({ maxLength: 6 }),
    fte: known(10),
    suppressedAs: Type.Union([Type.Enum([...SUPPRESSED]), Type.Null()]),
    censusYear: Type.Union([Type.String({ pattern: ACADEMIC_YEAR }), Type.Null()]),
    source,
  },
  strict,
);

export const RULES = {
  urn: "must be 6 digits, or 5 for a children's centre",
  ukprn: 'must be 8 digits, the first of them 1, or empty',
  laCode: 'must be 3 digits',
} as const;

export const isUkprn = (value: string): boolean => /^1\d{7}$/.test(value);
export const isLaCode = (value: string): boolean => /^\d{3}$/.test(value);

function broken(field: string, value: string, rule: string): Refusal {
  return refusal('SETTING.MALFORMED', 'invalid', `${field} '${value}' ${rule}`, { field });
}

function brokenDate(field: string, value: string | null): Refusal | undefined {
  if (value === null) return undefined;
  try {
    parseDate(value, field);
    return undefined;
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
}

/** The first rule that a register entry breaks, naming the field; `undefined` if it breaks none. */
export function refuseEntry(entry: SettingDetails & { source: Source }): Refusal | undefined {
  const shape = refuseShape('SETTING.MALFORMED', Registration, entry);
  if (shape !== undefined) return shape;
  const { urn, ukprn, laCode, openDate, closeDate } = entry;
  if (!isUrn(urn)) return broken('urn', urn, RULES.urn);
  if (ukprn !== null && !isUkprn(ukprn)) return broken('ukprn', ukprn, RULES.ukprn);
  if (!isLaCode(laCode)) return broken('laCode', laCode, RULES.laCode);
  const date = brokenDate('openDate', openDate) ?? brokenDate('closeDate', closeDate);
  if (date !== undefined) return date;
  if (openDate !== null && closeDate !== null && closeDate < openDate) {
    return broken('closeDate', closeDate, `is before openDate ${openDate}`);
  }
  return undefined;
}

/** The first rule that a workforce figure breaks: it is a number, or withheld, never both and never neither. */
export function refuseFigure(figure: WorkforceFigure): Refusal | undefined {
  const shape = refuseShape('SETTING.MALFORMED', Figure, figure);
  if (shape !== undefined) return shape;
  const { urn, fte, suppressedAs } = figure;
  if (!isUrn(urn)) return broken('urn', urn, RULES.urn);
  if (fte !== null && !isFte(fte)) return broken('fte', fte, FTE_RULE);
  if ((fte === null) === (suppressedAs === null)) {
    return broken('fte', fte ?? '', 'must be given, or else what stands in its place: x, c or z');
  }
  return undefined;
}
