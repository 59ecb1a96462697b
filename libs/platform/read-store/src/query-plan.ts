import { refusal, RefusalError } from '#kernel';
import type { CollectionShape, Direction, IndexShape } from './collection-shape.js';
import { LARGEST_FIND, LARGEST_IN, type Condition, type IndexedValue, type Query } from './read-store.js';

export interface Range {
  readonly field: string;
  readonly from?: string | number;
  readonly to?: string | number;
}

/** How a query is answered, whatever the engine: which index, from where, in which order. */
export interface QueryPlan {
  readonly index: IndexShape;
  /** The fields that begin the index, with the values each may have (more than one: `in`). */
  readonly fixed: readonly { readonly field: string; readonly values: readonly IndexedValue[] }[];
  readonly range: Range | undefined;
  /** Total: ends with `id`. */
  readonly order: readonly { readonly field: string; readonly direction: Direction }[];
  readonly limit: number;
}

interface Asked {
  readonly fixed: ReadonlyMap<string, readonly IndexedValue[]>;
  readonly ranges: readonly Range[];
  readonly sort: QueryPlan['order'];
}

/** @throws RefusalError `QUERY.NOT_INDEXED`, `QUERY.BAD_LIMIT`, `QUERY.BAD_VALUE` */
export function planQuery<D extends { readonly id: string }>(
  shape: CollectionShape,
  query: Query<D>,
): QueryPlan {
  const limit = query.limit ?? 100;
  if (!Number.isInteger(limit) || limit < 1 || limit > LARGEST_FIND) {
    throw bad('QUERY.BAD_LIMIT', 'limit', `must be a whole number from 1 to ${LARGEST_FIND}`);
  }
  const asked = read(query.where ?? {}, query.sort ?? []);
  const serving = shape.indexes
    .map((index) => serve(asked, index))
    .filter((plan) => plan !== undefined)
    .sort((a, b) => a.index.fields.length - b.index.fields.length);
  const [best] = serving;
  if (best === undefined) throw notIndexed(shape, asked);
  return { ...best, limit };
}

function read(where: object, sort: QueryPlan['order']): Asked {
  const fixed = new Map<string, readonly IndexedValue[]>();
  const ranges: Range[] = [];
  for (const [field, condition] of Object.entries(where) as [string, Condition][]) {
    if (typeof condition !== 'object' || condition === null) fixed.set(field, [checked(field, condition)]);
    else if ('in' in condition) fixed.set(field, oneOf(field, condition.in));
    else ranges.push(range(field, condition));
  }
  let combinations = 1;
  for (const [field, values] of fixed) {
    combinations *= values.length;
    if (combinations > LARGEST_IN) {
      throw bad('QUERY.BAD_VALUE', field, `at most ${LARGEST_IN} values can be asked for at once`);
    }
  }
  for (const { field, direction } of sort) {
    if (direction !== 'ascending' && direction !== 'descending') {
      throw bad('QUERY.BAD_VALUE', field, "a direction must be 'ascending' or 'descending'");
    }
  }
  // What is equal in all that is found sorts nothing.
  return { fixed, ranges, sort: sort.filter(({ field }) => fixed.get(field)?.length !== 1) };
}

/** The plan on this index, `undefined` if it cannot serve. */
function serve({ fixed, ranges, sort }: Asked, index: IndexShape): Omit<QueryPlan, 'limit'> | undefined {
  const first = index.fields.slice(0, fixed.size);
  const rest = index.fields.slice(fixed.size);
  if (!first.every(({ field }) => fixed.has(field)) || first.length < fixed.size) return undefined;
  const [range] = ranges;
  if (ranges.length > 1 || (range !== undefined && rest[0]?.field !== range.field)) return undefined;
  // One value of an `in` at a time, such a field is the same everywhere: any direction will do.
  const free = sort.filter(({ field }) => !fixed.has(field));
  const turned = free[0] !== undefined && free[0].direction !== rest[0]?.direction;
  const order = rest.map(({ field, direction }) => ({
    field,
    direction: turned ? opposite(direction) : direction,
  }));
  const served = free.every(
    ({ field, direction }, at) => order[at]?.field === field && order[at].direction === direction,
  );
  if (!served) return undefined;
  const whole = [...sort, ...order.slice(free.length)];
  if (!whole.some(({ field }) => field === 'id')) whole.push({ field: 'id', direction: 'ascending' });
  return {
    index,
    fixed: first.map(({ field }) => ({ field, values: fixed.get(field)! })),
    range,
    order: whole,
  };
}

function opposite(direction: Direction): Direction {
  return direction === 'ascending' ? 'descending' : 'ascending';
}

function checked(field: string, value: unknown): IndexedValue {
  if (isIndexed(value)) return value;
  throw bad('QUERY.BAD_VALUE', field, 'must be compared with text, a number, true, false or null');
}

/** Text must be whole: half a surrogate pair has no UTF-8, and would be found under another text. */
export function isIndexed(value: unknown): value is IndexedValue {
  if (typeof value === 'string') return value.isWellFormed();
  return (
    value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function oneOf(field: string, values: unknown): readonly IndexedValue[] {
  if (!Array.isArray(values)) throw bad('QUERY.BAD_VALUE', field, "'in' must be a list");
  return [...new Set(values.map((value) => checked(field, value)))];
}

function range(field: string, { from, to, ...more }: { from?: unknown; to?: unknown }): Range {
  const ends = [from, to].filter((end) => end !== undefined).map((end) => checked(field, end));
  const kinds = new Set(ends.map((end) => typeof end));
  if (ends.length === 0 || kinds.size > 1 || !(kinds.has('string') || kinds.has('number'))) {
    throw bad('QUERY.BAD_VALUE', field, "a range has a 'from', a 'to' or both, all text or all numbers");
  }
  const [unknown] = Object.keys(more);
  if (unknown !== undefined) throw bad('QUERY.BAD_VALUE', field, `'${unknown}' is not a condition`);
  return {
    field,
    ...(from === undefined ? {} : { from: from as string | number }),
    ...(to === undefined ? {} : { to: to as string | number }),
  };
}

function bad(code: string, field: string, rule: string): RefusalError {
  return new RefusalError(refusal(code, 'invalid', `${field}: ${rule}`, { field }));
}

function notIndexed(shape: CollectionShape, { fixed, ranges, sort }: Asked): RefusalError {
  const asked = {
    equal: [...fixed.keys()],
    range: ranges.map(({ field }) => field),
    sort: sort.map(({ field, direction }) => (direction === 'ascending' ? field : `-${field}`)),
  };
  const indexes = Object.fromEntries(
    shape.indexes.map(({ name, fields }) => [
      name,
      fields.map(({ field, direction }) => (direction === 'ascending' ? field : `-${field}`)),
    ]),
  );
  const parts = Object.entries(asked).filter(([, fields]) => fields.length > 0);
  const wanted = parts.map(([how, fields]) => `${how} ${fields.join(', ')}`).join('; ');
  const have = Object.entries(indexes).map(([name, fields]) => `${name} (${fields.join(', ')})`);
  return new RefusalError(
    refusal(
      'QUERY.NOT_INDEXED',
      'invalid',
      `no index of ${shape.name} serves this query (${wanted}); there are ${have.join(', ')}`,
      { collection: shape.name, asked, indexes },
    ),
  );
}
