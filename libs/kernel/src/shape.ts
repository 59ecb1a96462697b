import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { refusal, type Refusal } from './refusal.js';

/** The `pattern` of a text that must say something. */
export const NOT_BLANK = '\\S';

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

function ruleOf({ keyword, params, message }: Problem): string {
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
      return `must be one of ${(allowedValues ?? []).map((value) => `'${String(value)}'`).join(', ')}`;
    case 'pattern':
      return pattern === NOT_BLANK ? 'must not be blank' : `must match ${String(pattern)}`;
    default:
      return message;
  }
}

function told(problem: Problem): { field: string; message: string } {
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
  return { field: at, message: `${at === '' ? 'what is sent' : at} ${ruleOf(problem)}` };
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
  const first = validator.Errors(value).find(({ keyword }) => keyword !== 'boolean');
  const { field, message } = first === undefined ? { field: '', message: 'is not valid' } : told(first);
  return refusal(code, 'invalid', message, { field });
}
