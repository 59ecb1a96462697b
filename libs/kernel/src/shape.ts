import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { refusal, type Refusal } from './refusal.js';

/** The `pattern` of a text that must say something. */
export const NOT_BLANK = '\\S';
export const SLUG = '^[a-z0-9]+(-[a-z0-9]+)*$';
/** The `pattern` of who somebody is to the issuer of their token. */
export const SUBJECT_ID = '^\\S+$';
/** The `pattern` of a SHA-256. */
export const SHA256 = '^[0-9a-f]{64}$';

/** What the patterns ask for that many fields have; the schema of any other says it in its `rule`. */
const PATTERN_RULES: Readonly<Record<string, string>> = {
  [NOT_BLANK]: 'must not be blank',
  [SLUG]: 'must be lower-case words joined by hyphens',
  [SUBJECT_ID]: 'must be a subject id, without spaces',
  [SHA256]: 'must be 64 hexadecimal digits, in lower case',
};

const validators = new WeakMap<TSchema, Validator>();

function validatorOf(schema: TSchema): Validator {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = Compile(schema);
  validators.set(schema, made);
  return made;
}

type Problem = ReturnType<Validator['Errors']>[number];

/** `/actions/0/costPence` → `actions[0].costPence`. */
function fieldAt(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : path === '' ? part : `${path}.${part}`),
      '',
    );
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'empty',
};

function ruleOf({ keyword, params, message }: Problem, allowed: readonly unknown[]): string {
  const { type, limit, allowedValues, comparison, pattern } = params as {
    type?: string | string[];
    limit?: number | bigint;
    allowedValues?: readonly unknown[];
    comparison?: string;
    pattern?: string | RegExp;
  };
  const rule: string = keyword; // the rules not told here are told in the validator's words
  switch (rule) {
    case 'type':
      return `must be ${[type ?? []]
        .flat()
        .map((name) => KINDS[name] ?? name)
        .join(' or ')}`;
    case 'minLength':
      return Number(limit) === 1 ? 'must not be empty' : `must have at least ${limit} characters`;
    case 'maxLength':
      return `must have at most ${limit} characters`;
    case 'minItems':
      return `must have at least ${limit} ${Number(limit) === 1 ? 'entry' : 'entries'}`;
    case 'maxItems':
      return `must have at most ${limit} entries`;
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return `must be ${comparison} ${limit}`;
    case 'enum':
      return `must be one of ${quoted(allowedValues ?? [])}`;
    case 'const':
      return `must be ${allowed.length > 1 ? 'one of ' : ''}${quoted(allowed)}`;
    case 'pattern':
      return PATTERN_RULES[String(pattern)] ?? `must match ${String(pattern)}`;
    default:
      return message;
  }
}

function quoted(values: readonly unknown[]): string {
  return values.map((value) => `'${String(value)}'`).join(', ');
}

/** What the schema that is broken says of itself: `#/properties/to` within the whole. */
function ownRule(schema: TSchema, { keyword, schemaPath }: Problem): string | undefined {
  if (keyword !== 'pattern') return undefined;
  const found = schemaPath
    .split('/')
    .slice(1)
    .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], schema);
  return (found as { readonly rule?: string } | undefined)?.rule;
}

/** The values that a field may have of which each was refused by itself. */
function allowedAt(pointer: string, problems: readonly Problem[]): readonly unknown[] {
  return problems.flatMap(({ keyword, instancePath, params }) =>
    keyword === 'const' && instancePath === pointer ? [params.allowedValue] : [],
  );
}

function told(
  schema: TSchema,
  problem: Problem,
  all: readonly Problem[],
): { field: string; message: string } {
  const at = fieldAt(problem.instancePath);
  const within = (name: string): string => (at === '' ? name : `${at}.${name}`);
  const { requiredProperties, additionalProperties } = problem.params as {
    requiredProperties?: readonly string[];
    additionalProperties?: readonly string[];
  };
  const missing = requiredProperties?.[0];
  if (missing !== undefined) return { field: within(missing), message: `${within(missing)} is missing` };
  const extra = additionalProperties?.[0];
  if (extra !== undefined) {
    return { field: within(extra), message: `${within(extra)} is not a field that is known here` };
  }
  const rule = ownRule(schema, problem) ?? ruleOf(problem, allowedAt(problem.instancePath, all));
  return { field: at, message: `${at === '' ? 'what is sent' : at} ${rule}` };
}

/**
 * Whoever sends a command, it must have the shape its schema says: the command line and jobs come past no DTO.
 * @returns a refusal of kind `invalid` whose `details.field` is the path of the first field that is wrong,
 *   such as `actions[0].costPence`; `undefined` if all is well
 */
export function refuseShape(code: string, schema: TSchema, value: unknown): Refusal | undefined {
  const validator = validatorOf(schema);
  if (validator.Check(value)) return undefined;
  // A field that is not known is reported twice; the second time by its name.
  const all = validator.Errors(value);
  const first = all.find(({ keyword }) => keyword !== 'boolean');
  const { field, message } =
    first === undefined ? { field: '', message: 'is not valid' } : told(schema, first, all);
  return refusal(code, 'invalid', message, { field });
}
