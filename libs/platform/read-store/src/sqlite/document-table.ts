import type { Json, Position } from '#kernel';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { CollectionShape } from '../collection-shape.js';
import { isIndexed, type QueryPlan } from '../query-plan.js';
import type { DocumentWrite, IndexedValue, Seen } from '../read-store.js';
import { findSql } from './find-sql.js';
import { tableOf, writeSql } from './schema.js';
import { columnValue, type ColumnValue } from './values.js';

const LONGEST_ID = 512;
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
    const values = fields.map((field) => this.indexed(id, field, document[field] ?? null));
    this.upsert.run(id, position, 0, ...values, JSON.stringify(document));
  }

  private indexed(id: string, field: string, value: Json): ColumnValue {
    if (isIndexed(value)) return columnValue(value);
    throw new Error(
      `${this.shape.name} '${id}': ${field} is indexed, and must be text, a number, true, false or null`,
    );
  }
}

function rows(database: DatabaseSync, sql: string): StatementSync {
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
}

/** @throws Error for an id that no engine could keep, or that is not the document's */
export function checkIdOf(collection: string, { id, document }: DocumentWrite): void {
  if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID || !id.isWellFormed()) {
    throw new Error(
      `${collection}: an id must be text of 1 to ${LONGEST_ID} characters, not ${JSON.stringify(id)}`,
    );
  }
  if (document !== null && document.id !== id) {
    throw new Error(`${collection} '${id}': its document has the id ${JSON.stringify(document.id)}`);
  }
}
