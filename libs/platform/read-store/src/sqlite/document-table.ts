import type { Position } from '#kernel';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CollectionShape } from '../collection-shape.js';
import { indexedValueOf } from '../document-rules.js';
import type { QueryPlan } from '../query-plan.js';
import type { DocumentWrite, IndexedValue, Seen } from '../read-store.js';
import { findSql } from './find-sql.js';
import { tableOf, writeSql } from './schema.js';
import { columnValue } from './values.js';

const MOST_STATEMENTS = 64;

/** The documents of one build. Begins no transaction. */
export class DocumentTable {
  private readonly one: StatementSync;
  private readonly mark: StatementSync;
  private readonly upsert: StatementSync;
  private readonly finding = new Map<string, StatementSync>();

  constructor(
    private readonly database: DatabaseSync,
    private readonly shape: CollectionShape,
    private readonly build: number,
  ) {
    const table = tableOf(build);
    this.one = rows(database, `SELECT body FROM ${table} WHERE id = ? AND deleted = 0`);
    this.mark = rows(database, `SELECT body, position FROM ${table} WHERE id = ?`);
    this.mark.setReadBigInts(true);
    this.upsert = database.prepare(writeSql(shape, build));
  }

  /** The document's JSON. */
  get(id: string): string | undefined {
    return (this.one.get(id) as unknown as [string] | undefined)?.[0];
  }

  /** JSON of one document more than the plan's limit, if there are as many. */
  find(plan: QueryPlan, after: readonly IndexedValue[] | undefined): string[] {
    const statement = findSql(this.shape, this.build, plan, after);
    if (statement === undefined) return [];
    let prepared = this.finding.get(statement.sql);
    if (prepared === undefined) {
      if (this.finding.size >= MOST_STATEMENTS) this.finding.clear();
      prepared = rows(this.database, statement.sql);
      this.finding.set(statement.sql, prepared);
    }
    return (prepared.all(...statement.parameters) as unknown as [string][]).map(([body]) => body);
  }

  seen<D>(ids: readonly string[]): Map<string, Seen<D>> {
    const found = new Map<string, Seen<D>>();
    for (const id of ids) {
      const row = this.mark.get(id) as unknown as [string | null, Position] | undefined;
      if (row === undefined) continue;
      found.set(id, { document: row[0] === null ? null : (JSON.parse(row[0]) as D), position: row[1] });
    }
    return found;
  }

  write({ id, document, position }: DocumentWrite): void {
    const { fields } = this.shape;
    if (document === null) {
      this.upsert.run(id, position, 1, ...fields.map(() => null), null);
      return;
    }
    const values = fields.map((field) =>
      columnValue(indexedValueOf(this.shape.name, id, field, document[field] ?? null)),
    );
    this.upsert.run(id, position, 0, ...values, JSON.stringify(document));
  }
}

function rows(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}
