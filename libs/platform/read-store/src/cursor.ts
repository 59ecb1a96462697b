import { refusal, RefusalError, type Json } from '#kernel';
import { createHash } from 'node:crypto';
import type { CollectionShape } from './collection-shape.js';
import { isIndexed, type QueryPlan } from './query-plan.js';
import type { IndexedValue } from './read-store.js';
import { compareValues } from './value-order.js';

/** Where a page ended: the values, in the plan's order, of its last document. Good for no other query. */
export function cursorAfter(shape: CollectionShape, plan: QueryPlan, last: object): string {
  const document = last as Readonly<Record<string, Json | undefined>>;
  const values = plan.order.map(({ field }) => document[field] ?? null);
  return Buffer.from(JSON.stringify([queryHash(shape, plan), ...values])).toString('base64url');
}

/** @throws RefusalError `QUERY.BAD_CURSOR` */
export function valuesOf(cursor: string, shape: CollectionShape, plan: QueryPlan): readonly IndexedValue[] {
  const [hash, ...values] = parsed(cursor);
  const isOfThisQuery =
    hash === queryHash(shape, plan) &&
    values.length === plan.order.length &&
    values.every(isIndexed) &&
    isWithin(plan, values);
  if (!isOfThisQuery) {
    throw new RefusalError(
      refusal(
        'QUERY.BAD_CURSOR',
        'invalid',
        'cursor: must come from an earlier page of this very query; begin again without one',
        { field: 'cursor' },
      ),
    );
  }
  return values;
}

/** A cursor made up by hand must not lead out of the range asked for. */
function isWithin({ range, order }: QueryPlan, values: readonly IndexedValue[]): boolean {
  if (range === undefined) return true;
  const value = values[order.findIndex(({ field }) => field === range.field)]!;
  if (typeof value !== typeof (range.from ?? range.to)) return false;
  return (
    (range.from === undefined || compareValues(value, range.from) >= 0) &&
    (range.to === undefined || compareValues(value, range.to) <= 0)
  );
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function queryHash({ name, version }: CollectionShape, { index, fixed, range, order }: QueryPlan): string {
  const asked = fixed.map(({ field, values }) => [
    field,
    ...values.map((value) => JSON.stringify(value)).sort(),
  ]);
  const text = JSON.stringify([name, version, index.name, asked, range?.from, range?.to, order]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
