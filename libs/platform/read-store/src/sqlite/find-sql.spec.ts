import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DatabaseSync } from 'node:sqlite';
import { shapeOf } from '../collection-shape.js';
import { planQuery } from '../query-plan.js';
import type { CollectionSpec, IndexedValue, Query } from '../read-store.js';
import { findSql } from './find-sql.js';
import { tableSql } from './schema.js';

type Item = Readonly<{ id: string; a: string; b: number; c: string }>;

const spec: CollectionSpec<Item> = {
  name: 'items',
  version: 1,
  indexes: { up: ['a', 'b', 'c'], mixed: ['c', '-b', 'a'], one: ['b'] },
};
const shape = shapeOf(spec);
const database = new DatabaseSync(':memory:');
database.exec(tableSql(shape, 1));
// A table that a planner would gladly scan: everything is equal to everything else.
const insert = database.prepare(
  "INSERT INTO documents_1 (id, position, deleted, c0, c1, c2, body) VALUES (?, 1, 0, 'x', 1, 'x', '{}')",
);
for (let at = 0; at < 500; at += 1) insert.run(`i${at}`);
database.exec('ANALYZE');

function explained(query: Query<Item>, after?: readonly IndexedValue[]): string[] {
  const statement = findSql(shape, 1, planQuery(shape, query), after);
  if (statement === undefined) return []; // Nothing can come after this.
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${statement.sql}`).all(...statement.parameters);
  return rows.map((row) => String(row['detail']));
}

const up = { a: 'ascending', b: 'ascending', c: 'ascending', id: 'ascending' } as const;
const sort = (...fields: (keyof typeof up)[]) => fields.map((field) => ({ field, direction: up[field] }));

const queries: readonly Query<Item>[] = [
  {},
  { sort: [{ field: 'id', direction: 'descending' }] },
  { where: { id: 'i5' } },
  { where: { id: { in: ['i5', 'i6'] } } },
  { where: { id: { from: 'i', to: 'j' } } },
  { where: { a: 'x' } },
  { where: { a: 'x', b: 1, c: 'x' } },
  { where: { a: 'x' }, sort: sort('b', 'c') },
  { where: { a: 'x', b: { from: 0 } } },
  { where: { a: 'x', b: { to: 4 } }, sort: [{ field: 'b', direction: 'descending' }] },
  { where: { a: 'x', b: { in: [1, 2, 3] } }, sort: sort('c') },
  { where: { a: { in: ['x', 'y'] }, b: { in: [1, 2, 3] } } },
  { where: { a: { in: ['x', 'y'] } }, sort: sort('a', 'b') },
  { where: { c: 'x' }, sort: [{ field: 'b', direction: 'descending' }] },
  { where: { c: { in: ['x', 'y'] } }, sort: [{ field: 'b', direction: 'ascending' }] },
  { sort: [{ field: 'c', direction: 'descending' }, ...sort('b')] },
  { where: { c: { from: 'a', to: 'z' } } },
];

describe('a query that a declared index serves', () => {
  it.each(queries)('%j is a search of that index and never sorts', (query) => {
    const plan = planQuery(shape, query);
    const last = plan.order.map(({ field }) => (field === 'b' ? 1 : field === 'id' ? 'i77' : 'x'));
    expect(explained(query)).not.toEqual([]);
    for (const details of [explained(query), explained(query, last)]) {
      expect(details.join('\n')).not.toMatch(/TEMP B-TREE/);
      const tables = details.filter((detail) => detail.includes('documents_1'));
      for (const detail of tables) expect(detail).toMatch(/USING (COVERING )?INDEX documents_1_x\d/);
    }
    // A first page of everything walks along an index until it is full; any other page begins where it belongs.
    const walks = Object.keys(query.where ?? {}).length === 0;
    if (!walks) expect(explained(query).join('\n')).not.toMatch(/SCAN documents/);
    expect(explained(query, last).join('\n')).not.toMatch(/SCAN documents/);
  });

  it('searches with as many terms as it can: a later page costs what the first one does', () => {
    const page = (query: Query<Item>, after: readonly IndexedValue[]): string =>
      explained(query, after).find((detail) => detail.includes('documents_1'))!;
    expect(page({ where: { a: 'x' } }, [1, 'x', 'i77'])).toMatch(/\(c0=\? AND \(c1,c2,id\)>\(\?,\?,\?\)\)/);
    expect(page({ where: { a: 'x', b: { from: 0, to: 9 } } }, [1, 'x', 'i77'])).toMatch(
      /\(c0=\? AND \(c1,c2,id\)>\(\?,\?,\?\) AND c1<\?\)/,
    );
    expect(page({}, ['i77'])).toMatch(/\(id>\?\)/);
  });

  it('mentions no name or value of the query in its SQL', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const evil = `evil${text}`;
        const statement = findSql(shape, 1, planQuery<Item>(shape, { where: { a: evil } }), undefined)!;
        expect(statement.sql).not.toContain(evil);
        expect(statement.parameters).toContain(evil);
      }),
    );
  });
});
