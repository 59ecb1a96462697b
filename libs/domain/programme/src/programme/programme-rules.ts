import {
  isRefusal,
  LARGEST_PENCE,
  NOT_BLANK,
  refusal,
  refuseShape,
  type CalendarDate,
  type Refusal,
  readDate,
} from '#kernel';
import { Type, type Static } from 'typebox';

export const MOST_TRANCHES = 12;
export const MOST_REPORT_WINDOWS = 12;
/** A programme runs over two academic years; a longer one than this is a slip of the keyboard. */
export const LONGEST_PROGRAMME_YEARS = 3;
/** Shares are hundredths of a per cent: all of an allocation is 10,000 of them. */
export const WHOLE_SHARE = 10_000;
export const LARGEST_RATE_PENCE = 100_000_000;
export const POLICY_KINDS = ['rate-per-fte', 'share-of-budget'] as const;

const text = (maxLength: number) => Type.String({ maxLength, pattern: NOT_BLANK });
const pence = (minimum: number, maximum = LARGEST_PENCE) => Type.Integer({ minimum, maximum });
const date = () => Type.String({ maxLength: 10 });
const strict = { additionalProperties: false } as const;
const number = (maximum: number) => Type.Integer({ minimum: 1, maximum });

/** What a programme is set up with, beside its id. */
export const ProgrammeForm = Type.Object(
  {
    name: text(120),
    area: text(120),
    startsOn: date(),
    endsOn: date(),
    budgetPence: pence(1),
    policy: Type.Object(
      {
        /** `rate-per-fte` where it is not said. */
        kind: Type.Optional(Type.Enum([...POLICY_KINDS])),
        ratePencePerFte: Type.Optional(pence(1, LARGEST_RATE_PENCE)),
        floorPence: pence(0),
        capPence: pence(0),
      },
      strict,
    ),
    tranches: Type.Array(
      Type.Object(
        {
          number: number(MOST_TRANCHES),
          shareBasisPoints: Type.Integer({ minimum: 1, maximum: WHOLE_SHARE }),
          conditions: Type.Array(Type.String({ maxLength: 40 }), { maxItems: 2 + MOST_REPORT_WINDOWS }),
        },
        strict,
      ),
      { minItems: 1, maxItems: MOST_TRANCHES },
    ),
    reportWindows: Type.Array(
      Type.Object(
        { number: number(MOST_REPORT_WINDOWS), opensOn: date(), dueOn: date(), closesOn: date() },
        strict,
      ),
      { maxItems: MOST_REPORT_WINDOWS },
    ),
  },
  strict,
);
export type ProgrammeForm = Static<typeof ProgrammeForm>;

const REPORT_ACCEPTED = /^report-([1-9]\d?)-accepted$/;

/** The number of the report window that a condition waits for; `undefined` for any other condition. */
export function reportWindowOf(condition: string): number | undefined {
  const window = REPORT_ACCEPTED.exec(condition)?.[1];
  return window === undefined ? undefined : Number(window);
}

function broken(code: string, field: string, rule: string): Refusal {
  return refusal(`PROGRAMME.${code}`, 'invalid', `${field} ${rule}`, { field });
}

/** The first of some dates that is no date, or that is before the one it stands behind. */
function brokenOrder(dates: readonly (readonly [field: string, value: string])[]): Refusal | undefined {
  let before: readonly [field: string, date: CalendarDate] | undefined;
  for (const [field, value] of dates) {
    const read = readDate(value, field);
    if (isRefusal(read)) return read;
    if (before !== undefined && read < before[1]) {
      return broken('DATES_OUT_OF_ORDER', field, `${read} is before ${before[0]} ${before[1]}`);
    }
    before = [field, read];
  }
  return undefined;
}

function brokenDates({ startsOn, endsOn }: ProgrammeForm): Refusal | undefined {
  const disorder = brokenOrder([
    ['startsOn', startsOn],
    ['endsOn', endsOn],
  ]);
  if (disorder !== undefined) return disorder;
  if (startsOn === endsOn)
    return broken('DATES_OUT_OF_ORDER', 'endsOn', `must be after startsOn ${startsOn}`);
  const latest = `${String(Number(startsOn.slice(0, 4)) + LONGEST_PROGRAMME_YEARS).padStart(4, '0')}${startsOn.slice(4)}`;
  if (endsOn > latest) {
    return broken('TOO_LONG', 'endsOn', `must be at most ${LONGEST_PROGRAMME_YEARS} years after startsOn`);
  }
  return undefined;
}

export function brokenRate({
  policy: { kind = 'rate-per-fte', ratePencePerFte },
}: Pick<ProgrammeForm, 'policy'>): Refusal | undefined {
  const field = 'policy.ratePencePerFte';
  if (kind === 'rate-per-fte' && ratePencePerFte === undefined) {
    return broken('RATE_MISSING', field, 'must be given where policy.kind is rate-per-fte');
  }
  if (kind === 'share-of-budget' && ratePencePerFte !== undefined) {
    return broken(
      'RATE_NOT_USED',
      field,
      'must be left out where policy.kind is share-of-budget: the rate follows from the budget',
    );
  }
  return undefined;
}

export function brokenMoney({
  policy,
  budgetPence,
}: Pick<ProgrammeForm, 'policy' | 'budgetPence'>): Refusal | undefined {
  if (policy.floorPence > policy.capPence) {
    return broken(
      'FLOOR_ABOVE_CAP',
      'policy.floorPence',
      `${policy.floorPence} is above policy.capPence ${policy.capPence}`,
    );
  }
  if (policy.capPence === 0) return broken('CAP_IS_ZERO', 'policy.capPence', 'must be more than 0');
  if (policy.floorPence > budgetPence) {
    return broken(
      'FLOOR_ABOVE_BUDGET',
      'policy.floorPence',
      `${policy.floorPence} is above budgetPence ${budgetPence}: not one setting could be funded`,
    );
  }
  return undefined;
}

export function brokenNumbering(list: readonly { number: number }[], name: string): Refusal | undefined {
  const wrong = list.findIndex((item, index) => item.number !== index + 1);
  if (wrong < 0) return undefined;
  return broken(
    'NOT_NUMBERED',
    `${name}[${wrong}].number`,
    `must be ${wrong + 1}: ${name} are numbered 1 to ${list.length}, in order`,
  );
}

export function brokenWindows({
  reportWindows,
  startsOn,
  endsOn,
}: Pick<ProgrammeForm, 'reportWindows' | 'startsOn' | 'endsOn'>): Refusal | undefined {
  for (const [index, { opensOn, dueOn, closesOn }] of reportWindows.entries()) {
    const at = `reportWindows[${index}]`;
    const disorder = brokenOrder([
      [`${at}.opensOn`, opensOn],
      [`${at}.dueOn`, dueOn],
      [`${at}.closesOn`, closesOn],
    ]);
    if (disorder !== undefined) return disorder;
    if (opensOn < startsOn) {
      return broken(
        'WINDOW_OUTSIDE',
        `${at}.opensOn`,
        `${opensOn} is before the programme starts, ${startsOn}`,
      );
    }
    if (closesOn > endsOn) {
      return broken('WINDOW_OUTSIDE', `${at}.closesOn`, `${closesOn} is after the programme ends, ${endsOn}`);
    }
  }
  return undefined;
}

export function brokenConditions({
  tranches,
  reportWindows,
}: {
  readonly tranches: ProgrammeForm['tranches'];
  readonly reportWindows: readonly { readonly number: number }[];
}): Refusal | undefined {
  for (const [index, { conditions }] of tranches.entries()) {
    for (const [place, condition] of conditions.entries()) {
      const field = `tranches[${index}].conditions[${place}]`;
      const window = reportWindowOf(condition);
      if (window === undefined && condition !== 'agreement-accepted' && condition !== 'plan-approved') {
        return broken(
          'UNKNOWN_CONDITION',
          field,
          `'${condition}' must be agreement-accepted, plan-approved or report-<window>-accepted`,
        );
      }
      if (window !== undefined && !reportWindows.some(({ number: known }) => known === window)) {
        return broken(
          'UNKNOWN_WINDOW',
          field,
          `'${condition}' names report window ${window}, which is not there`,
        );
      }
      if (conditions.indexOf(condition) !== place) {
        return broken('CONDITION_TWICE', field, `'${condition}' is given twice`);
      }
    }
  }
  return undefined;
}

export function brokenShares({ tranches }: Pick<ProgrammeForm, 'tranches'>): Refusal | undefined {
  const sum = tranches.reduce((total, { shareBasisPoints }) => total + shareBasisPoints, 0);
  if (sum === WHOLE_SHARE) return undefined;
  return broken(
    'SHARES_NOT_WHOLE',
    'tranches',
    `have shareBasisPoints that add up to ${sum}: they must add up to ${WHOLE_SHARE}, which is 100%`,
  );
}

/** The first rule that a programme's terms break, naming the field; `undefined` if they break none. */
export function refuseForm(form: ProgrammeForm): Refusal | undefined {
  return (
    refuseShape('PROGRAMME.MALFORMED', ProgrammeForm, form) ??
    brokenDates(form) ??
    brokenRate(form) ??
    brokenMoney(form) ??
    brokenNumbering(form.tranches, 'tranches') ??
    brokenShares(form) ??
    brokenNumbering(form.reportWindows, 'reportWindows') ??
    brokenWindows(form) ??
    brokenConditions(form)
  );
}
