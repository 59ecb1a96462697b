import {
  isUuid,
  refusal,
  RefusalError,
  type Actor,
  type Instant,
  type JsonObject,
  type Person,
} from '#kernel';
import type { Records, Version } from '#platform/records';
import type { BulkAction, BulkDefaults } from '../read-rows/bulk-columns.js';
import type { BulkRow } from '../read-rows/bulk-rows.js';
import type { LookedAtRow, RowOutcome } from '../run-row/row-commands.js';

/** A dry run can be confirmed for so long. */
export const BULK_DAYS = 7;
/** What came of it can be read, and what was begun on the last day be finished, for so long. */
export const KEPT_BULK_DAYS = 14;

const KIND = 'bulk';
const ROWS_KIND = 'bulk-rows';
const RUN_KIND = 'bulk-run';
const AT_ONCE = 25;
const MOST_IN_PART = 25;
const LARGEST_PART_BYTES = 20 * 1024;

/** A dry run, its rows beside it in parts. Personal data is the subject's id, as in events. */
export interface KeptBulk {
  readonly action: BulkAction;
  readonly programmeId: string;
  readonly header: readonly string[];
  readonly separator: string;
  readonly notLookedAt: readonly string[];
  readonly defaults: BulkDefaults;
  readonly rows: number;
  /** How many records the rows are in. */
  readonly parts: number;
  readonly by: Person;
  readonly occurredAt: Instant | null;
  readonly at: Instant;
  /** Until when it can be confirmed. */
  readonly expiresAt: Instant;
  readonly keptUntil: Instant;
}

export interface KeptRow {
  readonly row: BulkRow;
  readonly said: LookedAtRow;
  /** `null` until it was carried out. */
  readonly result: RowOutcome | null;
}

/** Why nothing of it was carried out. */
export interface KeptRefusal {
  readonly code: string;
  readonly message: string;
  readonly details: JsonObject;
}

/** How far a confirmed one is. */
export interface KeptRun {
  readonly by: Actor;
  readonly at: Instant;
  /** Parts whose rows were looked at again, before the first row is carried out. */
  readonly checked: number;
  /** How many jobs have worked at it and handed it on. */
  readonly slice: number;
  readonly refusal: KeptRefusal | null;
}

export interface Versioned<T> {
  readonly value: T;
  readonly version: Version;
}

type Token = { readonly programmeId: string; readonly token: string };

/** Rows in parts that each fit into a record with what comes of them. */
export function partsOf<T>(rows: readonly T[]): readonly (readonly T[])[] {
  const parts: T[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row));
    const part = parts.at(-1);
    if (part === undefined || part.length >= MOST_IN_PART || bytes + size > LARGEST_PART_BYTES) {
      parts.push([row]);
      bytes = size;
    } else {
      part.push(row);
      bytes += size;
    }
  }
  return parts;
}

/** What is kept of many settings at once. */
export class BulkRecords {
  constructor(
    private readonly records: Records,
    private readonly now: () => Instant,
  ) {}

  /** The rows first: a token names a whole dry run or none. */
  async keep(token: string, bulk: Omit<KeptBulk, 'parts'>, rows: readonly KeptRow[]): Promise<KeptBulk> {
    const parts = partsOf(rows);
    const put = (kind: string, id: string, value: unknown) =>
      this.put(kind, id, { value, expected: 'none', until: bulk.keptUntil });
    for (let from = 0; from < parts.length; from += AT_ONCE) {
      const some = parts.slice(from, from + AT_ONCE);
      await Promise.all(some.map((part, at) => put(ROWS_KIND, partId(token, from + at), { rows: part })));
    }
    const kept = { ...bulk, parts: parts.length };
    await put(KIND, token.toLowerCase(), kept);
    return kept;
  }

  /** @throws RefusalError `BULK.UNKNOWN` */
  async bulk({ programmeId, token }: Token): Promise<KeptBulk> {
    const kept = isUuid(token) ? await this.get<KeptBulk>(KIND, token.toLowerCase()) : undefined;
    if (kept === undefined || kept.value.programmeId !== programmeId) throw unknownBulk();
    return kept.value;
  }

  /** @throws RefusalError `BULK.UNKNOWN` */
  async part(token: string, part: number): Promise<Versioned<readonly KeptRow[]>> {
    const kept = await this.get<{ readonly rows: readonly KeptRow[] }>(ROWS_KIND, partId(token, part));
    if (kept === undefined) throw unknownBulk();
    return { value: kept.value.rows, version: kept.version };
  }

  async rows(token: string, { parts }: KeptBulk): Promise<readonly KeptRow[]> {
    const rows: KeptRow[] = [];
    for (let from = 0; from < parts; from += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, parts - from) }, (_, at) => from + at);
      const read = await Promise.all(some.map((part) => this.part(token, part)));
      rows.push(...read.flatMap(({ value }) => value));
    }
    return rows;
  }

  /** Where two carry it out at once the first to say so is kept: the events are the same. */
  async keepResults(
    token: string,
    part: number,
    of: { readonly rows: readonly KeptRow[]; readonly version: Version; readonly until: Instant },
  ): Promise<void> {
    const { version: expected, until } = of;
    await this.put(ROWS_KIND, partId(token, part), { value: { rows: of.rows }, expected, until });
  }

  run(token: string): Promise<Versioned<KeptRun> | undefined> {
    return this.get<KeptRun>(RUN_KIND, token.toLowerCase());
  }

  /** @returns what is kept now: this, or what somebody else has said before */
  async keepRun(
    token: string,
    { value, expected, until }: { value: KeptRun; expected: Version | 'none'; until: Instant },
  ): Promise<Versioned<KeptRun>> {
    const version = await this.put(RUN_KIND, token.toLowerCase(), { value, expected, until });
    if (version !== undefined) return { value, version };
    const kept = await this.run(token);
    if (kept === undefined) throw unknownBulk();
    return kept;
  }

  private async get<T>(kind: string, id: string): Promise<Versioned<T> | undefined> {
    const kept = await this.records.get<JsonObject>({ kind, id }, this.now());
    return kept && { value: kept.value as unknown as T, version: kept.version };
  }

  private put(
    kind: string,
    id: string,
    { value, expected, until: expiresAt }: { value: unknown; expected: Version | 'none'; until: Instant },
  ): Promise<Version | undefined> {
    return this.records.put({ kind, id }, { value: value as JsonObject, expected, expiresAt }, this.now());
  }
}

function partId(token: string, part: number): string {
  return `${token.toLowerCase()}.${part}`;
}

export function unknownBulk(): RefusalError {
  const message = `there is no dry run with this token in this programme: one can be confirmed for ${BULK_DAYS} days. Make it again`;
  return new RefusalError(refusal('BULK.UNKNOWN', 'not-found', message, { field: 'token' }));
}
