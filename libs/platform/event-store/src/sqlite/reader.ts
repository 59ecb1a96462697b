import type { JsonObject, Position } from '#kernel';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { EventFilter, StoredEvent } from '../event-store.js';

type Row = readonly [
  position: number,
  stream: string,
  revision: number,
  id: string,
  type: string,
  data: string,
  metadata: string,
];

const COLUMNS = 'SELECT position, stream, revision, id, type, data, metadata FROM events';

/** Most positions a filtered page looks through: bounds how long the thread is held when little matches. */
export const LARGEST_SEARCH = 5000;

/** The largest position or revision there can be. */
const LAST = BigInt(Number.MAX_SAFE_INTEGER);

/** A stretch of the log: the events in it that match, and how far it reaches. */
export interface Stretch {
  readonly events: readonly StoredEvent[];
  readonly searchedTo: Position;
}

/** Reads, on the thread of the caller, in pieces short enough for a thread that also serves HTTP. */
export class Reader {
  private readonly forwards;
  private readonly backwards;
  private readonly last;
  private readonly filtered = new Map<string, StatementSync>();

  constructor(private readonly database: DatabaseSync) {
    this.forwards = this.rows(`${COLUMNS} WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?`);
    this.backwards = this.rows(
      `${COLUMNS} WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?`,
    );
    this.last = database.prepare('SELECT max(position) AS position FROM events');
    this.last.setReadBigInts(true);
  }

  head(): Position | undefined {
    return (this.last.get() as { position: bigint | null }).position ?? undefined;
  }

  /** Events of a stream from `from` on, inclusive, in the direction given. */
  page(stream: string, direction: 'forwards' | 'backwards', from: bigint, limit: number): StoredEvent[] {
    const statement = direction === 'forwards' ? this.forwards : this.backwards;
    const start = Number(from < -1n ? -1n : from > LAST ? LAST : from);
    return (statement.all(stream, start, limit) as unknown as Row[]).map(eventFrom);
  }

  /** The next stretch after `after`, not beyond `upTo` (after < upTo); unfiltered it always holds events. */
  stretch(after: Position, upTo: Position, limit: number, filter: EventFilter = {}): Stretch {
    const types = filter.types ?? [];
    const prefixes = filter.streamPrefixes ?? [];
    const isFiltered = types.length > 0 || prefixes.length > 0;
    const furthest = isFiltered ? after + BigInt(LARGEST_SEARCH) : upTo;
    const end = furthest < upTo ? furthest : upTo;
    const parameters = [...types, ...prefixes.flatMap((prefix) => rangeOf(prefix))];
    const rows = this.statement(types.length, prefixes.map(rangeOf)).all(
      Number(after),
      Number(end > LAST ? LAST : end),
      ...parameters,
      limit,
    ) as unknown as Row[];
    const events = rows.map(eventFrom);
    return { events, searchedTo: events.length === limit ? events.at(-1)!.position : end };
  }

  private statement(types: number, ranges: readonly (readonly string[])[]): StatementSync {
    const key = `${types} ${ranges.map((range) => range.length).join('')}`;
    let statement = this.filtered.get(key);
    if (statement === undefined) {
      const conditions = ['position > ?', 'position <= ?'];
      if (types > 0) conditions.push(`type IN (${Array(types).fill('?').join(', ')})`);
      const within = ranges.map((range) =>
        range.length === 2 ? 'stream >= ? AND stream < ?' : 'stream >= ?',
      );
      if (ranges.length > 0) conditions.push(`(${within.join(' OR ')})`);
      // Always along the log: the index on streams would have to be sorted.
      statement = this.rows(
        `${COLUMNS} NOT INDEXED WHERE ${conditions.join(' AND ')} ORDER BY position LIMIT ?`,
      );
      this.filtered.set(key, statement);
    }
    return statement;
  }

  private rows(sql: string): StatementSync {
    const statement = this.database.prepare(sql);
    statement.setReturnArrays(true);
    return statement;
  }
}

function eventFrom(row: Row): StoredEvent {
  return {
    position: BigInt(row[0]),
    stream: row[1],
    revision: BigInt(row[2]),
    id: row[3],
    type: row[4],
    data: JSON.parse(row[5]) as JsonObject,
    metadata: JSON.parse(row[6]) as JsonObject,
  };
}

const LAST_CODE_POINT = 0x10_ff_ff;
const BEFORE_SURROGATES = 0xd7_ff;
const AFTER_SURROGATES = 0xe0_00;

/**
 * The range of strings that begin with `prefix`, lower end inclusive, upper end exclusive and absent if there is
 * none. SQLite compares the bytes of UTF-8, which is the order of code points.
 */
export function rangeOf(prefix: string): readonly [string] | readonly [string, string] {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!);
  while (points.at(-1) === LAST_CODE_POINT) points.pop();
  const last = points.pop();
  if (last === undefined) return [prefix];
  const next = last === BEFORE_SURROGATES ? AFTER_SURROGATES : last + 1;
  return [prefix, String.fromCodePoint(...points, next)];
}
