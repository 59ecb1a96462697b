import type { CollectionShape } from '../collection-shape.js';
import type { QueryPlan, Range } from '../query-plan.js';
import type { IndexedValue } from '../read-store.js';
import { compareValues } from '../value-order.js';
import { columnOf, indexName, tableOf } from './schema.js';
import { columnValue, FIRST_BLOB, FIRST_TEXT, type ColumnValue } from './values.js';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly ColumnValue[];
}

/** Part of a WHERE clause. */
type Term = Statement;
type Order = QueryPlan['order'];

/**
 * The statement that answers a plan on one build with rows of one column, `body`. Each combination of the values
 * of its `in`s is one search of the index, in order; SQLite merges them without sorting.
 * @param after where the page before ended, in the plan's order
 * @returns `undefined` if nothing can be found
 */
export function findSql(
  shape: CollectionShape,
  build: number,
  plan: QueryPlan,
  after: readonly IndexedValue[] | undefined,
): Statement | undefined {
  const searches = combinations(plan.fixed)
    .map((fixed) => search(shape, build, plan, fixed, after))
    .filter((one) => one !== undefined);
  if (searches.length === 0) return undefined;
  const parameters = searches.flatMap((one) => one.parameters);
  // One more than asked for tells whether there is another page.
  const limit = `LIMIT ${plan.limit + 1}`;
  if (searches.length === 1) {
    const order = plan.order.map(({ field, direction }) => `${columnOf(shape, field)}${way(direction)}`);
    return { sql: `${searches[0]!.sql} ORDER BY ${order.join(', ')} ${limit}`, parameters };
  }
  const order = plan.order.map(({ direction }, at) => `${at + 2}${way(direction)}`);
  const sql = `${searches.map((one) => one.sql).join(' UNION ALL ')} ORDER BY ${order.join(', ')} ${limit}`;
  return { sql, parameters };
}

function way(direction: Order[number]['direction']): string {
  return direction === 'descending' ? ' DESC' : '';
}

type Fixed = ReadonlyMap<string, IndexedValue>;

function combinations(fixed: QueryPlan['fixed']): readonly Fixed[] {
  let made: Fixed[] = [new Map()];
  for (const { field, values } of fixed) {
    made = made.flatMap((one) => values.map((value) => new Map([...one, [field, value]])));
  }
  return made;
}

function search(
  shape: CollectionShape,
  build: number,
  plan: QueryPlan,
  fixed: Fixed,
  after: readonly IndexedValue[] | undefined,
): Statement | undefined {
  const column = (field: string): string => columnOf(shape, field);
  const terms: Term[] = [{ sql: 'deleted = 0', parameters: [] }];
  for (const [field, value] of fixed) {
    terms.push({ sql: `${column(field)} = ?`, parameters: [columnValue(value)] });
  }
  const beyond = after === undefined ? undefined : beyondTerm(plan.order, after, fixed, column);
  if (after !== undefined && beyond === undefined) return undefined;
  if (plan.range !== undefined) {
    const [lower, upper] = rangeTerms(plan.range, column(plan.range.field));
    // The cursor is within the range, and begins with its field: it takes the place of the end behind it. With
    // both, SQLite might begin its search at the wrong one.
    if (beyond?.begins !== 'ascending') terms.push(lower);
    if (beyond?.begins !== 'descending') terms.push(upper);
  }
  if (beyond !== undefined) terms.push(beyond);
  const selected = ['body', ...plan.order.map(({ field }) => column(field))].join(', ');
  const from = `${tableOf(build)} INDEXED BY ${indexName(shape, build, plan.index.name)}`;
  return {
    sql: `SELECT ${selected} FROM ${from} WHERE ${terms.map((term) => term.sql).join(' AND ')}`,
    parameters: terms.flatMap((term) => term.parameters),
  };
}

/** Both ends, so that a range of numbers holds no text and no null, and one of text no booleans. */
function rangeTerms({ from, to }: Range, column: string): readonly [Term, Term] {
  const isText = typeof (from ?? to) === 'string';
  const lower: Term =
    from !== undefined
      ? { sql: `${column} >= ?`, parameters: [from] }
      : isText
        ? { sql: `${column} >= ?`, parameters: [FIRST_TEXT] }
        : { sql: `${column} > ?`, parameters: [columnValue(null)] };
  const upper: Term =
    to !== undefined
      ? { sql: `${column} <= ?`, parameters: [to] }
      : { sql: `${column} < ?`, parameters: [isText ? FIRST_BLOB : FIRST_TEXT] };
  return [lower, upper];
}

/**
 * What comes after these values among the documents with the fixed ones. A fixed field that is sorted by is the
 * same in all of them, so it is compared here: all after it in the order matters only if it is equal.
 * @returns `undefined` if nothing does; otherwise also in which direction the search of the index goes, if it is bounded
 */
function beyondTerm(
  order: Order,
  after: readonly IndexedValue[],
  fixed: Fixed,
  column: (field: string) => string,
): (Term & { readonly begins?: Order[number]['direction'] }) | undefined {
  const keys: { name: string; descending: boolean; value: ColumnValue }[] = [];
  let inclusive = false;
  for (const [at, { field, direction }] of order.entries()) {
    const descending = direction === 'descending';
    const value = after[at]!;
    const same = fixed.get(field);
    if (same === undefined) {
      keys.push({ name: column(field), descending, value: columnValue(value) });
      continue;
    }
    const difference = compareValues(same, value) * (descending ? -1 : 1);
    if (difference === 0) continue;
    inclusive = difference > 0;
    break;
  }
  if (keys.length === 0) return inclusive ? { sql: '1', parameters: [] } : undefined;
  const oneWay = keys.every(({ descending }) => descending === keys[0]!.descending);
  const term = oneWay ? rowTerm(keys, inclusive) : nestedTerm(keys, inclusive);
  return { ...term, begins: keys[0]!.descending ? 'descending' : 'ascending' };
}

type Keys = readonly { readonly name: string; readonly descending: boolean; readonly value: ColumnValue }[];

function rowTerm(keys: Keys, inclusive: boolean): Term {
  const sign = `${keys[0]!.descending ? '<' : '>'}${inclusive ? '=' : ''}`;
  const marks = keys.map(() => '?').join(', ');
  const sql = `(${keys.map(({ name }) => name).join(', ')}) ${sign} (${marks})`;
  return { sql, parameters: keys.map(({ value }) => value) };
}

/** SQL compares rows in one direction only. The term before the brackets is where the search of the index begins. */
function nestedTerm(keys: Keys, inclusive: boolean): Term {
  const [{ name, descending, value }, ...rest] = keys as [Keys[number], ...Keys];
  const sign = descending ? '<' : '>';
  if (rest.length === 0) return { sql: `${name} ${sign}${inclusive ? '=' : ''} ?`, parameters: [value] };
  const inner = nestedTerm(rest, inclusive);
  return {
    sql: `${name} ${sign}= ? AND (${name} ${sign} ? OR (${inner.sql}))`,
    parameters: [value, value, ...inner.parameters],
  };
}
