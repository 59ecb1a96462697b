import type { Position } from '#kernel';
import { MongoBulkWriteError, type AnyBulkWriteOperation, type Collection as MongoCollection } from 'mongodb';
import { shapeOf, type CollectionShape } from '../collection-shape.js';
import { cursorAfter, valuesOf } from '../cursor.js';
import { checkIdOf } from '../document-rules.js';
import { planQuery } from '../query-plan.js';
import { ofAnotherStore } from '../read-model-refusals.js';
import {
  BuildRetired,
  LeaseLost,
  type Build,
  type Collection,
  type CollectionSpec,
  type DocumentWrite,
  type Lease,
  type Page,
  type Query,
  type ReadStore,
  type Seen,
} from '../read-store.js';
import { Catalogue, collectionOf, type KnownBuild } from './catalogue.js';
import { DUPLICATE_KEY, type Connection } from '#platform/mongodb';
import { filterOf, sortOf } from './find-filter.js';
import { ensureIndexes } from './indexes.js';
import { Leases } from './leases.js';
import { documentFrom, seenFrom, storedFrom, type StoredDocument } from './stored-document.js';

const MOST_IN_ONE_BULK = 1000;
const MOST_LOOKS = 5;
/**
 * How long a build that was seen to be live is read without looking again, which would be a second round trip for each
 * read. One that is swapped away in that time is dropped at once, and who finds nothing looks again; where it could not be
 * dropped, it is read as it last was for so much longer.
 */
const LIVE_MILLISECONDS = 1000;

/**
 * Read models in a MongoDB replica set, one collection a build.
 *
 * No transaction over several documents is needed. A batch is written document by document, each guarded by its
 * position, and then the checkpoint, each with majority and journal: whatever is lost in between (a connection, a
 * primary, the process), the checkpoint has not moved, and the batch is written again with the same result. The
 * lease is looked at before the documents and before the checkpoint; one that is lost in between leaves documents
 * that are right all the same, for a document is a function of the log up to its position.
 */
export class MongoReadStore implements ReadStore {
  private readonly catalogue: Catalogue;
  private readonly leases: Leases;
  /** Whose indexes have been looked at. */
  private readonly prepared = new Map<number, Promise<void>>();
  private readonly seenLive = new WeakMap<CollectionShape, { readonly build: number; readonly at: number }>();

  /** @param warn told when indexes are not what was declared */
  constructor(
    private readonly connection: Connection,
    private readonly warn: (message: string) => void,
  ) {
    this.catalogue = new Catalogue(connection);
    this.leases = new Leases(connection);
  }

  collection<D extends { readonly id: string }>(spec: CollectionSpec<D>): Collection<D> {
    const shape = shapeOf(spec);
    return {
      get: async (id) => {
        const [found] = await this.fromLive(shape, (documents) =>
          documents.find({ _id: { $eq: id }, deleted: false }).toArray(),
        );
        return found === undefined ? undefined : documentFrom<D>(found);
      },
      find: (query) => this.find(shape, query),
    };
  }

  async liveBuild(spec: CollectionSpec<never>, source: string): Promise<Build> {
    const shape = shapeOf(spec);
    const at = performance.now();
    const live = (await this.catalogue.live(shape)) ?? (await this.catalogue.makeLive(shape, source));
    // Whoever waits until a build has come far enough reads that one then.
    this.sawLive(shape, live.build, at);
    if (live.source !== source) throw ofAnotherStore(shape.name, live.source, source);
    await this.documents(shape, live.build);
    return { collection: shape.name, build: live.build, state: 'live' };
  }

  async startBuild(spec: CollectionSpec<never>, source: string, lease: Lease): Promise<Build> {
    const shape = shapeOf(spec);
    await this.requireLease(lease);
    const build = await this.catalogue.startBuilding(shape, source);
    await this.sweep();
    await this.documents(shape, build);
    return { collection: shape.name, build, state: 'building' };
  }

  async swap(build: Build, lease: Lease, { mayGoBack = false } = {}): Promise<boolean> {
    for (;;) {
      await this.requireLease(lease);
      const mine = await this.requireBuild(build);
      const { live: other } = mine.entry;
      if (other === mine.build) return true;
      const live = other === null ? undefined : await this.catalogue.find(other);
      if (other !== null && live === undefined) continue;
      const seen = live?.source === mine.source ? live.checkpoint : undefined;
      if (!mayGoBack && seen !== undefined && (mine.checkpoint === undefined || mine.checkpoint < seen)) {
        return false;
      }
      if (!(await this.catalogue.enliven(mine, live))) continue;
      await this.sweep();
      return true;
    }
  }

  async abandon(build: Build, lease: Lease): Promise<void> {
    await this.requireLease(lease);
    await this.catalogue.stopBuilding(build.build);
    await this.sweep();
  }

  async dropOlder(build: Build, lease: Lease): Promise<void> {
    await this.requireLease(lease);
    const known = await this.catalogue.find(build.build);
    if (known !== undefined) await this.catalogue.retireOlder(known);
    await this.sweep();
  }

  async checkpoint(build: Build): Promise<Position | undefined> {
    return (await this.catalogue.find(build.build))?.checkpoint;
  }

  async seen<D extends { readonly id: string }>(
    build: Build,
    ids: readonly string[],
  ): Promise<Map<string, Seen<D>>> {
    await this.requireBuild(build);
    const documents = this.named(build.collection, build.build);
    const found = await this.connection.run(() => documents.find({ _id: { $in: [...ids] } }).toArray());
    // Dropped while it was read, it would seem to be empty.
    await this.requireBuild(build);
    return new Map(found.map((stored) => [stored._id, seenFrom<D>(stored)]));
  }

  async write(
    build: Build,
    lease: Lease,
    writes: readonly DocumentWrite[],
    checkpoint: Position,
  ): Promise<void> {
    for (const one of writes) checkIdOf(build.collection, one);
    const known = await this.requireBuild(build);
    const { collection: name, version, indexes } = known.entry;
    const shape = shapeOf({
      name,
      version,
      indexes: Object.fromEntries(JSON.parse(indexes) as [string, string[]][]),
    });
    const stored = newestOfEach(writes).map((one) => storedFrom(shape, one));
    await this.requireLease(lease);
    const documents = await this.documents(shape, build.build);
    for (let from = 0; from < stored.length; from += MOST_IN_ONE_BULK) {
      await this.put(documents, stored.slice(from, from + MOST_IN_ONE_BULK));
    }
    await this.requireLease(lease);
    if (!(await this.catalogue.advance(known, checkpoint))) throw new BuildRetired(build);
  }

  acquireLease(name: string, holder: string, milliseconds: number): Promise<Lease | undefined> {
    return this.leases.acquire(name, holder, milliseconds);
  }

  renewLease(lease: Lease, milliseconds: number): Promise<boolean> {
    return this.leases.hold(lease, milliseconds);
  }

  async releaseLease(lease: Lease): Promise<void> {
    await this.leases.hold(lease, 0);
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private async find<D extends { readonly id: string }>(
    shape: CollectionShape,
    query: Query<D>,
  ): Promise<Page<D>> {
    const plan = planQuery(shape, query);
    const after = query.cursor === undefined ? undefined : valuesOf(query.cursor, shape, plan);
    if (plan.fixed.some(({ values }) => values.length === 0)) return { documents: [] };
    // One more than asked for tells whether there is another page.
    const limit = plan.limit + 1;
    const found = await this.fromLive(shape, (documents) =>
      documents
        .find(filterOf(plan, after), { sort: sortOf(plan), limit, batchSize: limit, allowDiskUse: true })
        .toArray(),
    );
    const documents = found.slice(0, plan.limit).map((stored) => documentFrom<D>(stored));
    if (found.length <= plan.limit) return { documents };
    return { documents, cursor: cursorAfter(shape, plan, documents.at(-1)!) };
  }

  /** Reads from the live build; one that is swapped away and dropped meanwhile is not taken for an empty one. */
  private async fromLive(
    shape: CollectionShape,
    read: (documents: MongoCollection<StoredDocument>) => Promise<StoredDocument[]>,
  ): Promise<StoredDocument[]> {
    let build = this.seenLately(shape) ?? (await this.lookForLive(shape));
    for (let look = 1; build !== undefined; look += 1) {
      const documents = this.named(shape.name, build);
      const found = await this.connection.run(() => read(documents));
      if (found.length > 0 || look >= MOST_LOOKS) return found;
      const live = await this.lookForLive(shape);
      if (live === build) return found;
      build = live;
    }
    return [];
  }

  private seenLately(shape: CollectionShape): number | undefined {
    const seen = this.seenLive.get(shape);
    return seen !== undefined && performance.now() - seen.at < LIVE_MILLISECONDS ? seen.build : undefined;
  }

  private async lookForLive(shape: CollectionShape): Promise<number | undefined> {
    const at = performance.now();
    const build = (await this.catalogue.live(shape))?.build;
    if (build !== undefined) this.sawLive(shape, build, at);
    return build;
  }

  /** @param at when it was asked for: an answer that took longer than a later one says nothing any more */
  private sawLive(shape: CollectionShape, build: number, at: number): void {
    if ((this.seenLive.get(shape)?.at ?? 0) <= at) this.seenLive.set(shape, { build, at });
  }

  /** Each by itself: a document that has seen as much stays as it is. */
  private async put(
    documents: MongoCollection<StoredDocument>,
    stored: readonly StoredDocument[],
  ): Promise<void> {
    if (stored.length === 0) return;
    const operations = (upsert: boolean): AnyBulkWriteOperation<StoredDocument>[] =>
      stored.map((replacement) => ({
        replaceOne: {
          filter: { _id: replacement._id, position: { $lt: replacement.position } },
          replacement,
          upsert,
        },
      }));
    const isThereAlready = await this.connection.run(() =>
      documents.bulkWrite(operations(true), { ordered: false }).then(() => false, onlyDuplicates),
    );
    // There is a document that has seen more, or one has just been inserted that has seen less.
    if (isThereAlready) {
      await this.connection.run(() => documents.bulkWrite(operations(false), { ordered: false }));
    }
  }

  private named(collection: string, build: number): MongoCollection<StoredDocument> {
    return this.connection.database.collection<StoredDocument>(collectionOf(collection, build));
  }

  /** Of a build, with its indexes. */
  private async documents(shape: CollectionShape, build: number): Promise<MongoCollection<StoredDocument>> {
    const documents = this.named(shape.name, build);
    let preparing = this.prepared.get(build);
    if (preparing === undefined) {
      preparing = ensureIndexes(this.connection, documents, shape).then((drift) => {
        for (const message of drift) this.warn(`${message}; rebuild ${shape.name} to have it as declared`);
      });
      this.prepared.set(build, preparing);
      preparing.catch(() => this.prepared.delete(build));
    }
    await preparing;
    return documents;
  }

  private async requireLease(lease: Lease): Promise<void> {
    if (!(await this.leases.isNewest(lease))) throw new LeaseLost(lease);
  }

  private async requireBuild(build: Build): Promise<KnownBuild> {
    const known = await this.catalogue.find(build.build);
    if (known !== undefined) return known;
    this.prepared.delete(build.build);
    throw new BuildRetired(build);
  }

  /** What cannot be dropped now is dropped next time. */
  private async sweep(): Promise<void> {
    try {
      await this.catalogue.sweep();
    } catch (error) {
      this.warn(
        `what is no longer needed of the read models could not be dropped: ${(error as Error).message}`,
      );
    }
  }
}

/** As if they had been written one after the other. */
function newestOfEach(writes: readonly DocumentWrite[]): readonly DocumentWrite[] {
  const newest = new Map<string, DocumentWrite>();
  for (const one of writes) {
    const earlier = newest.get(one.id);
    if (earlier === undefined || one.position > earlier.position) newest.set(one.id, one);
  }
  return [...newest.values()];
}

/** @returns true for a bulk in which nothing failed but inserts of what is there; @throws any other error */
function onlyDuplicates(error: unknown): true {
  if (error instanceof MongoBulkWriteError) {
    const failed = [error.writeErrors].flat();
    if (failed.length > 0 && failed.every(({ code }) => code === DUPLICATE_KEY)) return true;
  }
  throw error;
}
