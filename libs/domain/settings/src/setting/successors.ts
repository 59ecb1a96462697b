import { isUrn, NOT_BLANK, parseDate, refusal, RefusalError, refuseShape, type Refusal } from '#kernel';
import { Type } from 'typebox';
import { Source, type Successors } from './setting.events.js';

export const MOST_SUCCESSORS = 20;
export const LONGEST_LINK = 100;

const Named = Type.Object(
  {
    urn: Type.String({ maxLength: 6 }),
    successors: Type.Array(
      Type.Object(
        {
          urn: Type.String({ maxLength: 6 }),
          link: Type.String({ maxLength: LONGEST_LINK, pattern: NOT_BLANK }),
          linkedOn: Type.Union([Type.String({ maxLength: 10 }), Type.Null()]),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: MOST_SUCCESSORS },
    ),
    source: Source,
  },
  { additionalProperties: false },
);

function malformed(field: string, rule: string): Refusal {
  return refusal('SETTING.MALFORMED', 'invalid', `${field} ${rule}`, { field });
}

function refuseDate(value: string | null, field: string): Refusal | undefined {
  if (value === null) return undefined;
  try {
    parseDate(value, field);
    return undefined;
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
}

/** The first rule that what is said of successors breaks, naming the field. */
export function refuseSuccessors(named: Successors): Refusal | undefined {
  const shape = refuseShape('SETTING.MALFORMED', Named, named);
  if (shape !== undefined) return shape;
  if (!isUrn(named.urn)) return malformed('urn', "must be 6 digits, or 5 for a children's centre");
  for (const [index, { urn, linkedOn }] of named.successors.entries()) {
    const field = `successors[${index}]`;
    if (!isUrn(urn)) return malformed(`${field}.urn`, "must be 6 digits, or 5 for a children's centre");
    if (urn === named.urn) return malformed(`${field}.urn`, `is ${urn} itself: no setting succeeds itself`);
    const date = refuseDate(linkedOn, `${field}.linkedOn`);
    if (date !== undefined) return date;
  }
  return undefined;
}
