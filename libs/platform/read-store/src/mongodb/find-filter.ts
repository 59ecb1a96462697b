import type { Document as Bson, Filter, Sort } from 'mongodb';
import type { Direction } from '../collection-shape.js';
import type { QueryPlan } from '../query-plan.js';
import type { IndexedValue } from '../read-store.js';
import type { StoredDocument } from './stored-document.js';

/** The path of a field in a stored document. */
export function pathOf(field: string): string {
  return field === 'id' ? '_id' : `key.${field}`;
}

/**
 * The filter that answers a plan. Every value goes in behind `$eq`, `$in` or a comparison, and has been checked to be
 * text, a number, a boolean or null: nothing that was sent from outside can be taken for an operator.
 * @param after where the page before ended, in the plan's order
 */
export function filterOf(
  { fixed, range, order }: QueryPlan,
  after: readonly IndexedValue[] | undefined,
): Filter<StoredDocument> {
  const terms: Bson[] = fixed.map(({ field, values }) => ({
    [pathOf(field)]: values.length === 1 ? { $eq: values[0] } : { $in: [...values] },
  }));
  if (range !== undefined) {
    const { from, to } = range;
    // MongoDB compares only values of the same type with $gte and $lte, as the port has it.
    terms.push({
      [pathOf(range.field)]: {
        ...(from === undefined ? {} : { $gte: from }),
        ...(to === undefined ? {} : { $lte: to }),
      },
    });
  }
  if (after !== undefined) terms.push({ $or: beyond(order, after) });
  return { $and: [{ deleted: false }, ...terms] };
}

export function sortOf({ order }: QueryPlan): Sort {
  return Object.fromEntries(
    order.map(({ field, direction }) => [pathOf(field), direction === 'ascending' ? 1 : -1]),
  );
}

/** Everything that follows these values in this order: equal in the first so many, and beyond in the next. */
function beyond(order: QueryPlan['order'], values: readonly IndexedValue[]): Bson[] {
  return order.flatMap(({ field, direction }, at) => {
    const same = order.slice(0, at).map((one, index) => ({ [pathOf(one.field)]: { $eq: values[index] } }));
    return after(values[at]!, direction).map((further) => ({
      $and: [...same, { [pathOf(field)]: further }],
    }));
  });
}

// In the order in which MongoDB, and the port, sort types; both kinds of zero and of whole number are `number`.
const TYPES = ['null', 'number', 'string', 'bool'] as const;

function typeOf(value: IndexedValue): (typeof TYPES)[number] {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' ? 'number' : 'string';
}

/** What comes after a value: more of its own type, and every type that follows it. */
function after(value: IndexedValue, direction: Direction): Bson[] {
  const at = TYPES.indexOf(typeOf(value));
  const types = direction === 'ascending' ? TYPES.slice(at + 1) : TYPES.slice(0, at);
  return [
    ...(value === null ? [] : [direction === 'ascending' ? { $gt: value } : { $lt: value }]),
    ...(types.length === 0 ? [] : [{ $type: [...types] }]),
  ];
}
