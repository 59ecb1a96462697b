import type { Json, Position } from '#kernel';

/** A document of a read model: JSON with an id. Fields of a declared index hold strings, whole numbers, booleans or null. */
export type Document = Readonly<{ id: string }> & Readonly<Record<string, Json>>;

/**
 * A collection, by name and version. `indexes` name the only fields (in order, first the ones compared by
 * equality) by which it can be searched or sorted; `id` can always be searched and is the last sort key of all.
 */
export interface CollectionSpec<D extends { readonly id: string }> {
  readonly name: string;
  /** Raised whenever documents change shape: the collection is then built anew beside the old one. */
  readonly version: number;
  readonly indexes: Readonly<Record<string, readonly (keyof D & string)[]>>;
}

export type IndexedValue = string | number | boolean | null;
export type Condition =
  | IndexedValue
  | { readonly in: readonly IndexedValue[] }
  | { readonly from?: IndexedValue; readonly to?: IndexedValue }; // inclusive both

export interface Query<D extends { readonly id: string }> {
  /** All must hold. Refused if no declared index serves these fields and this order. */
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

/** Reading: what queries use. */
export interface Collection<D extends { readonly id: string }> {
  get(id: string): Promise<D | undefined>;
  /**
   * @throws RefusalError `QUERY.NOT_INDEXED`, `QUERY.BAD_CURSOR`, `QUERY.BAD_LIMIT`
   */
  find(query: Query<D>): Promise<Page<D>>;
}

/**
 * Everything derived: documents, checkpoints and the leases of those who write them. Can be deleted whole.
 *
 * Guarantees of every engine:
 * - A checkpoint is never ahead of its batch: documents are durable before or together with it.
 * - A write is skipped if the document, or the mark of a deleted one, has already seen its position or a later
 *   one; so applying any stretch of events again changes nothing.
 * - A batch is written only while its lease's fence is the newest.
 */
export interface ReadStore {
  collection<D extends { readonly id: string }>(spec: CollectionSpec<D>): Collection<D>;

  /** The live build of this version, made (empty) if there is none. */
  liveBuild(spec: CollectionSpec<never>): Promise<Build>;
  /** A new build beside the live one; an abandoned earlier one is dropped. */
  startBuild(spec: CollectionSpec<never>, lease: Lease): Promise<Build>;
  /** Makes a build the live one and drops the one it replaces. */
  swap(build: Build, lease: Lease): Promise<void>;

  checkpoint(build: Build): Promise<Position | undefined>;
  seen<D extends { readonly id: string }>(
    build: Build,
    ids: readonly string[],
  ): Promise<Map<string, Seen<D>>>;
  /** @throws LeaseLost, RefusalError `STORE.FULL`, `STORE.BUSY` */
  write(build: Build, lease: Lease, writes: readonly DocumentWrite[], checkpoint: Position): Promise<void>;

  /** `undefined` while another holder's lease has not run out. */
  acquireLease(name: string, holder: string, milliseconds: number): Promise<Lease | undefined>;
  /** `false` if it was taken over. */
  renewLease(lease: Lease, milliseconds: number): Promise<boolean>;
  releaseLease(lease: Lease): Promise<void>;
  close(): Promise<void>;
}
