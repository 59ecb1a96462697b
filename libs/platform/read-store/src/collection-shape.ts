import type { CollectionSpec } from './read-store.js';

export type Direction = 'ascending' | 'descending';

export interface IndexShape {
  readonly name: string;
  /** In order; ends with `id`. */
  readonly fields: readonly { readonly field: string; readonly direction: Direction }[];
}

/** A specification, checked and in the form that planning a query needs. */
export interface CollectionShape {
  readonly name: string;
  readonly version: number;
  /** The one on `id` alone comes first. */
  readonly indexes: readonly IndexShape[];
  /** Every field of an index but `id`, once, in order of first mention. */
  readonly fields: readonly string[];
  /** What is indexed, as text: two specifications with the same one need the same tables. */
  readonly signature: string;
}

export const BY_ID = 'id';
const NAME = /^[a-zA-Z][a-zA-Z0-9_-]{0,62}$/;
const FIELD = /^[a-zA-Z][a-zA-Z0-9_]{0,62}$/;
const MOST_INDEXES = 16;
const MOST_FIELDS = 8;

const known = new WeakMap<object, CollectionShape>();

/** @throws Error naming the rule that the specification breaks */
export function shapeOf(spec: CollectionSpec<never>): CollectionShape {
  const earlier = known.get(spec);
  if (earlier !== undefined) return earlier;
  const wrong = (rule: string): Error => new Error(`collection '${spec.name}': ${rule}`);
  if (!NAME.test(spec.name)) throw wrong(`the name must match ${NAME.source}`);
  if (!Number.isSafeInteger(spec.version) || spec.version < 1) throw wrong('the version must be 1, 2, 3 …');
  const declared = Object.entries(spec.indexes);
  if (declared.length > MOST_INDEXES) throw wrong(`at most ${MOST_INDEXES} indexes`);
  const indexes = declared.map(([name, fields]) => {
    if (!FIELD.test(name) || name === BY_ID) throw wrong(`an index cannot be named '${name}'`);
    if (fields.length < 1 || fields.length > MOST_FIELDS) {
      throw wrong(`index ${name} must have 1 to ${MOST_FIELDS} fields`);
    }
    return indexShape(name, fields, wrong);
  });
  const fields = new Set(indexes.flatMap((index) => index.fields.map(({ field }) => field)));
  fields.delete('id');
  const shape: CollectionShape = {
    name: spec.name,
    version: spec.version,
    indexes: [indexShape(BY_ID, [], wrong), ...indexes],
    fields: [...fields],
    signature: JSON.stringify(declared),
  };
  known.set(spec, shape);
  return shape;
}

function indexShape(name: string, declared: readonly string[], wrong: (rule: string) => Error): IndexShape {
  const fields = declared.map((text) => {
    const field = text.startsWith('-') ? text.slice(1) : text;
    if (!FIELD.test(field)) throw wrong(`index ${name}: '${text}' is not the name of a field`);
    return { field, direction: text === field ? ('ascending' as const) : ('descending' as const) };
  });
  const names = fields.map(({ field }) => field);
  if (new Set(names).size < names.length) throw wrong(`index ${name} has a field twice`);
  const at = names.indexOf('id');
  // Nothing after an id could ever matter.
  if (at >= 0) return { name, fields: fields.slice(0, at + 1) };
  return { name, fields: [...fields, { field: 'id', direction: 'ascending' }] };
}
