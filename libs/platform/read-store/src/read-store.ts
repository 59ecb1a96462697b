import type { Json, Position } from '#kernel';

/** A document of a read model: JSON with an id. Fields of a declared index hold strings, numbers, booleans or null. */
export type Document = Readonly<{ id: string }> & Readonly<Record<string, Json>>;

/** A field of an index; with `-` before it, in the opposite order of the others, for queries that sort by both. */
export type IndexField<D> = (keyof D & string) | `-${keyof D & string}`;

/**
 * A collection, by name and version. `indexes` name the only fields by which it can be searched or sorted, in
 * order: first those compared by equality, then the one with a range and those sorted by. `id` ends every index,
 * and there is always one on `id` alone.
 */
export interface CollectionSpec<D extends { readonly id: string }> {
  /** A letter, then letters, digits, `-` or `_`; at most 63 characters. The same holds for fields and indexes, without `-`. */
  readonly name: string;
  /** Raised whenever documents change shape: the collection is then built anew beside the old one. */
  readonly version: number;
  readonly indexes: Readonly<Record<string, readonly IndexField<D>[]>>;
}

/** A field that a document does not have counts as null. */
export type IndexedValue = string | number | boolean | null;
/**
 * Equal to a value, to one of at most {@link LARGEST_IN}, or within a range, inclusive at both ends, of strings or
 * of numbers; a value of another type is in no range.
 */
export type Condition =
  | IndexedValue
  | { readonly in: readonly IndexedValue[] }
  | { readonly from?: string | number; readonly to?: string | number };

/**
 * Served when a declared index begins with the fields that `where` compares for equality (or `in`), in any order,
 * and goes on with the field of the range, if there is one, and those of `sort`, in their order.
 *
 * Sorts null before numbers, those before strings (by code point), those before booleans. Documents that `sort`
 * leaves equal follow each other by the further fields of the index, at last by `id`: the order is total, and
 * the same on every page and every engine.
 */
export interface Query<D extends { readonly id: string }> {
  /** All must hold. */
  readonly where?: { readonly [F in keyof D & string]?: Condition };
  readonly sort?: readonly {
    readonly field: keyof D & string;
    readonly direction: 'ascending' | 'descending';
  }[];
  /** 1 to {@link LARGEST_FIND}; default 100. */
  readonly limit?: number;
  /** From an earlier page of the same query. */
  readonly cursor?: string;
}
export const LARGEST_FIND = 1000;
/** Most combinations of values that the `in`s of a query may make: the settings of one token are no more. */
export const LARGEST_IN = 200;

export interface Page<D> {
  readonly documents: readonly D[];
  /** Present when there may be more. */
  readonly cursor?: string;
}

/** What a projection has done to one document, seen up to `position`. `null`: the document is deleted, its mark stays. */
export interface DocumentWrite {
  readonly id: string;
  readonly document: Document | null;
  readonly position: Position;
}

/** A document or the mark of a deleted one, with the position it has seen. */
export interface Seen<D> {
  readonly document: D | null;
  readonly position: Position;
}

/** The right to write one build of a collection, held by one process at a time. */
export interface Lease {
  readonly name: string;
  readonly holder: string;
  /** Grows with every new holder: a write under an older fence is refused. */
  readonly fence: bigint;
}

/** One build of a collection: the live one, or one being built beside it. */
export interface Build {
  readonly collection: string;
  /** Never used again, whatever becomes of it. */
  readonly build: number;
  readonly state: 'live' | 'building';
}

/** The lease was taken over; nothing of this batch was written. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
  constructor(readonly lease: Lease) {
    super(`lease ${lease.name} is no longer held by ${lease.holder}`);
  }
}

/** The build has been replaced or dropped; nothing of this batch was written. Ask for the live one again. */
export class BuildRetired extends Error {
  override readonly name = 'BuildRetired';
  constructor(readonly build: Build) {
    super(`build ${build.build} of ${build.collection} has been replaced`);
  }
}

/** Reading: what queries use. Always the live build; nothing is found while there is none. */
export interface Collection<D extends { readonly id: string }> {
  get(id: string): Promise<D | undefined>;
  /**
   * @throws RefusalError `QUERY.NOT_INDEXED`, `QUERY.BAD_CURSOR`, `QUERY.BAD_LIMIT`, `QUERY.BAD_VALUE`
   */
  find(query: Query<D>): Promise<Page<D>>;
}

/**
 * Everything derived: documents, checkpoints and the leases of those who write them. Can be deleted whole.
 *
 * Guarantees of every engine:
 * - A checkpoint is never ahead of its batch, and never moves back: documents are kept before or together with it.
 * - A write is skipped if the document, or the mark of a deleted one, has already seen its position or a later
 *   one; so applying any stretch of events again changes nothing.
 * - A batch is written only while its lease's fence is the newest.
 * - No reader of a collection sees it go back: a build becomes live only once it has seen what the live one has.
 *
 * A collection whose version was raised has no live build until it is asked for, and is empty then; the builds of
 * older versions stay, for the programs that still use them, until {@link ReadStore.dropOlder}.
 */
export interface ReadStore {
  /** @throws Error for a specification that breaks the rules of {@link CollectionSpec} */
  collection<D extends { readonly id: string }>(spec: CollectionSpec<D>): Collection<D>;

  /**
   * The live build of this version and these indexes, made (empty) if there is none.
   * @param source the identity of the event store
   * @throws RefusalError `READ_MODEL.OF_ANOTHER_STORE` naming the command that makes it anew
   */
  liveBuild(spec: CollectionSpec<never>, source: string): Promise<Build>;
  /**
   * An empty build beside the live one; an abandoned earlier one is dropped.
   * @throws LeaseLost
   */
  startBuild(spec: CollectionSpec<never>, source: string, lease: Lease): Promise<Build>;
  /**
   * Makes a build the live one and drops the one it replaces. Nothing changes, and the answer is `false`, while
   * the live one has seen more, unless it `mayGoBack` or the live one was made from another event store.
   * @throws LeaseLost, BuildRetired
   */
  swap(build: Build, lease: Lease, options?: { readonly mayGoBack?: boolean }): Promise<boolean>;
  /** Drops a build that did not become live. @throws LeaseLost */
  abandon(build: Build, lease: Lease): Promise<void>;
  /** Drops what older versions of this collection, or this one with other indexes, left behind. @throws LeaseLost */
  dropOlder(build: Build, lease: Lease): Promise<void>;

  /** `undefined` before the first batch, and for a build that is no more. */
  checkpoint(build: Build): Promise<Position | undefined>;
  /** Those of these documents that exist, and the marks of deleted ones. @throws BuildRetired */
  seen<D extends { readonly id: string }>(
    build: Build,
    ids: readonly string[],
  ): Promise<Map<string, Seen<D>>>;
  /**
   * Nothing at all if a document is none, the lease was lost or the build retired before it began. Otherwise the
   * checkpoint is kept last, if everything else is: an engine without transactions that fails in between may have
   * kept some of the documents, which is harmless, for the same batch written again skips those and adds the rest.
   * @throws LeaseLost, BuildRetired; RefusalError `STORE.FULL`, `STORE.BUSY`, `STORE.UNAVAILABLE`; Error for a
   *   document that is none: the projection is wrong
   */
  write(build: Build, lease: Lease, writes: readonly DocumentWrite[], checkpoint: Position): Promise<void>;

  /** `undefined` while another holder's lease has not run out. */
  acquireLease(name: string, holder: string, milliseconds: number): Promise<Lease | undefined>;
  /** `false` if it was taken over. */
  renewLease(lease: Lease, milliseconds: number): Promise<boolean>;
  releaseLease(lease: Lease): Promise<void>;
  close(): Promise<void>;
}
