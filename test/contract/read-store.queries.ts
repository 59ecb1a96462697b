import {
  LARGEST_FIND,
  type Collection,
  type CollectionSpec,
  type IndexedValue,
  type Query,
} from '#platform/read-store';
import fc from 'fast-check';

/** How much of what is drawn at random is tried. */
export interface DrawnRuns {
  readonly share?: number;
}

/** A document with four fields that may hold anything that can be indexed, or be missing. */
export type Mixed = Readonly<{ id: string; note: string }> & Readonly<Partial<Record<Field, IndexedValue>>>;
type Field = 'a' | 'b' | 'c' | 'd';
type Sort = NonNullable<Query<Mixed>['sort']>;

export interface Case {
  readonly spec: Pick<CollectionSpec<Mixed>, 'indexes'>;
  readonly documents: readonly Mixed[];
  readonly query: Query<Mixed>;
  /** What the documents found are sorted by in all, ties included. */
  readonly order: Sort;
}

// Few values, so that there are many ties; each kind, and text whose order by UTF-16 is another one.
const VALUES: readonly (IndexedValue | undefined)[] = [
  ...[null, undefined, true, false, -1, 0, 1.5, 10, 9007199254740991],
  ...['', 'a', 'B', '10', 'é', '\u{1F600}', '\uFF5E', 'a\u0000b', "'; DROP TABLE builds; --"],
];
const value = fc.constantFrom(...VALUES.filter((one) => one !== undefined));

function rank(one: IndexedValue): number {
  return one === null ? 0 : typeof one === 'number' ? 1 : typeof one === 'string' ? 2 : 3;
}

function compare(a: IndexedValue, b: IndexedValue): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return Number(a) - Number(b);
}

/** A query that the one index of its collection serves, in any of the ways in which an index can. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    fields: fc.shuffledSubarray(['a', 'b', 'c', 'd'] as const, { minLength: 1 }),
    minus: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    documents: fc.uniqueArray(
      fc.record({
        id: fc.oneof(
          fc.string({ minLength: 1, maxLength: 3 }),
          fc.constantFrom('10', '9', '\u{1F600}', '\uFF5E'),
        ),
        note: fc.string(),
        values: fc.array(fc.constantFrom(...VALUES), { minLength: 4, maxLength: 4 }),
      }),
      { selector: ({ id }) => id, maxLength: 40 },
    ),
    fixed: fc.nat({ max: 3 }),
    conditions: fc.array(fc.oneof(value, fc.record({ in: fc.array(value, { maxLength: 4 }) })), {
      minLength: 4,
      maxLength: 4,
    }),
    range: fc.option(
      fc.oneof(
        fc.record(
          { from: fc.constantFrom(-1, 0, 10), to: fc.constantFrom(0, 1.5, 10) },
          { requiredKeys: ['from'] },
        ),
        fc.record(
          { from: fc.constantFrom('', 'B'), to: fc.constantFrom('a', '\uFF5E') },
          { requiredKeys: ['to'] },
        ),
      ),
    ),
    sorted: fc.nat({ max: 5 }),
    turned: fc.boolean(),
    firstBy: fc.option(fc.constantFrom('ascending' as const, 'descending' as const)),
  })
  .map((made) => {
    const index = made.fields.map((field, at) => ({ field, descending: made.minus[at]! }));
    const indexes = {
      only: index.map(({ field, descending }) => (descending ? (`-${field}` as const) : field)),
    };
    const documents = made.documents.map(({ id, note, values }) => ({
      id,
      note,
      ...Object.fromEntries((['a', 'b', 'c', 'd'] as const).map((field, at) => [field, values[at]])),
    })) as unknown as Mixed[];
    const fixed = index.slice(0, made.fixed).map(({ field }, at) => [field, made.conditions[at]!] as const);
    const rest = [...index.slice(made.fixed), { field: 'id' as const, descending: false }];
    const first = rest[0]!;
    const ranged = made.range === null || first.field === 'id' ? [] : [[first.field, made.range] as const];
    const turned = made.turned && made.sorted > 0;
    const order = rest.map(({ field, descending }) => ({
      field,
      direction: descending === turned ? ('ascending' as const) : ('descending' as const),
    }));
    const inField = fixed.find(([, condition]) => typeof condition === 'object' && condition !== null)?.[0];
    const before =
      inField === undefined || made.firstBy === null ? [] : [{ field: inField, direction: made.firstBy }];
    const sort: Sort = [...before, ...order.slice(0, made.sorted)];
    const where = Object.fromEntries([...fixed, ...ranged]) as NonNullable<Query<Mixed>['where']>;
    // Nothing asked for: the index on id serves as well as any, and is the shorter one.
    const byId = fixed.length + ranged.length + sort.length === 0;
    return {
      spec: { indexes },
      documents,
      query: { where, sort },
      order: byId ? [{ field: 'id' as const, direction: 'ascending' as const }] : [...before, ...order],
    };
  });

function holds(document: Mixed, [field, condition]: [string, unknown]): boolean {
  const one = (document as Readonly<Record<string, IndexedValue>>)[field] ?? null;
  if (typeof condition !== 'object' || condition === null) return one === condition;
  if ('in' in condition) return (condition.in as IndexedValue[]).includes(one);
  const { from, to } = condition as { from?: string | number; to?: string | number };
  if (typeof one !== typeof (from ?? to)) return false;
  return (from === undefined || compare(one, from) >= 0) && (to === undefined || compare(one, to) <= 0);
}

/** The answer to a query, worked out in memory. */
export function expected({ documents, query, order }: Case): Mixed[] {
  const conditions = Object.entries(query.where ?? {});
  const found = documents.filter((document) => conditions.every((condition) => holds(document, condition)));
  return found.sort((a, b) => {
    for (const { field, direction } of order) {
      const difference = compare(a[field] ?? null, b[field] ?? null);
      if (difference !== 0) return direction === 'ascending' ? difference : -difference;
    }
    return 0;
  });
}

/** Everything a query finds, page by page. */
export async function allPages<D extends { readonly id: string }>(
  collection: Collection<D>,
  query: Query<D>,
  limit = LARGEST_FIND,
): Promise<D[]> {
  const found: D[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await collection.find({ ...query, limit, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.documents);
    if (page.documents.length > limit) throw new Error('more than asked for');
    ({ cursor } = page);
    if (cursor === undefined) return found;
    if (page.documents.length === 0) throw new Error('an empty page is the last one');
  }
}
