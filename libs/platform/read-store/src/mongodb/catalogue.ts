import type { Position } from '#kernel';
import { createHash } from 'node:crypto';
import type { Collection as MongoCollection } from 'mongodb';
import type { CollectionShape } from '../collection-shape.js';
import { isDuplicateKey, type Connection } from '#platform/mongodb';

/** The builds of one version of a collection with one set of indexes: one document, so that each change is atomic. */
interface Entry {
  readonly _id: string;
  readonly collection: string;
  readonly version: number;
  /** The shape's signature. */
  readonly indexes: string;
  readonly live: number | null;
  readonly building: number | null;
  /** Those that are neither live nor building are to be dropped. */
  readonly builds: Readonly<Record<string, StoredBuild>>;
}

interface StoredBuild {
  /** The event store that it was made from. */
  readonly source: string;
  readonly checkpoint: bigint | null;
}

/** A build that is live or being built. */
export interface KnownBuild {
  readonly entry: Entry;
  readonly build: number;
  readonly source: string;
  readonly checkpoint: Position | undefined;
}

const PREFIX = 'tranche_documents_';

/** The MongoDB collection that holds the documents of a build. */
export function collectionOf(collection: string, build: number): string {
  return `${PREFIX}${collection}_${build}`;
}

function keyOf({ name, version, signature }: CollectionShape): string {
  return `${name}/${version}/${createHash('sha256').update(signature).digest('hex').slice(0, 16)}`;
}

/** Which builds there are, and how far each has come. */
export class Catalogue {
  private readonly entries: MongoCollection<Entry>;
  private readonly counters: MongoCollection<{ _id: string; last: number }>;
  /** Of builds asked for before: which entry has them never changes. */
  private readonly keys = new Map<number, string>();

  constructor(private readonly connection: Connection) {
    this.entries = connection.database.collection('tranche_builds');
    this.counters = connection.database.collection('tranche_counters');
  }

  async live(shape: CollectionShape): Promise<KnownBuild | undefined> {
    const entry = await this.connection.run(() => this.entries.findOne({ _id: keyOf(shape) }));
    return entry === null || entry.live === null ? undefined : known(entry, entry.live);
  }

  /** `undefined` if it has been replaced or dropped. */
  async find(build: number): Promise<KnownBuild | undefined> {
    const key = this.keys.get(build);
    const entry = await this.connection.run(() =>
      this.entries.findOne(key === undefined ? { [`builds.${build}`]: { $exists: true } } : { _id: key }),
    );
    if (entry === null) return undefined;
    this.keys.set(build, entry._id);
    return known(entry, build);
  }

  /** A live build, where there is none: made by whoever is first, for all who ask at the same time. */
  async makeLive(shape: CollectionShape, source: string): Promise<KnownBuild> {
    for (;;) {
      const found = await this.live(shape);
      if (found !== undefined) return found;
      const build = await this.nextNumber();
      await this.connection.run(() =>
        this.entries
          .updateOne(
            { _id: keyOf(shape), live: null },
            { $set: { ...described(shape), live: build, [`builds.${build}`]: { source, checkpoint: null } } },
            { upsert: true },
          )
          .catch((error: unknown) => {
            // Somebody else was first.
            if (!isDuplicateKey(error)) throw error;
          }),
      );
    }
  }

  /** A build beside the live one; an earlier one that was left is to be dropped. */
  async startBuilding(shape: CollectionShape, source: string): Promise<number> {
    const build = await this.nextNumber();
    const { name, version } = shape;
    await this.connection.run(() =>
      this.entries.updateMany({ collection: name, version: { $lte: version } }, { $set: { building: null } }),
    );
    await this.connection.run(() =>
      this.entries.updateOne(
        { _id: keyOf(shape) },
        {
          $set: { ...described(shape), building: build, [`builds.${build}`]: { source, checkpoint: null } },
          $setOnInsert: { live: null },
        },
        { upsert: true },
      ),
    );
    return build;
  }

  /** @returns false if the live one, or how far it has come, is no longer what it was */
  async enliven({ entry, build }: KnownBuild, live: KnownBuild | undefined): Promise<boolean> {
    const reached = live?.checkpoint ?? null;
    const { matchedCount } = await this.connection.run(() =>
      this.entries.updateOne(
        {
          _id: entry._id,
          live: live?.build ?? null,
          building: build,
          ...(live === undefined ? {} : { [`builds.${live.build}.checkpoint`]: { $eq: reached } }),
        },
        { $set: { live: build, building: null } },
      ),
    );
    return matchedCount === 1;
  }

  async stopBuilding(build: number): Promise<void> {
    await this.connection.run(() =>
      this.entries.updateOne({ building: build }, { $set: { building: null } }),
    );
  }

  /** Retires what older versions of the collection, or this one with other indexes, have left. */
  async retireOlder({ entry, build }: KnownBuild): Promise<void> {
    const { collection, version } = entry;
    const others = await this.connection.run(() =>
      this.entries.find({ collection, version: { $lte: version }, _id: { $ne: entry._id } }).toArray(),
    );
    for (const other of others) {
      const isOlder = (one: number | null): boolean =>
        one !== null && (other.version < version || one < build);
      for (const place of ['live', 'building'] as const) {
        const one = other[place];
        if (!isOlder(one)) continue;
        await this.connection.run(() =>
          this.entries.updateOne({ _id: other._id, [place]: one }, { $set: { [place]: null } }),
        );
      }
    }
  }

  /** Never back. @returns false if the build is no more */
  async advance({ entry, build }: KnownBuild, checkpoint: Position): Promise<boolean> {
    const { matchedCount } = await this.connection.run(() =>
      this.entries.updateOne(
        { _id: entry._id, $or: [{ live: build }, { building: build }] },
        { $max: { [`builds.${build}.checkpoint`]: checkpoint } },
      ),
    );
    return matchedCount === 1;
  }

  /** Drops the documents of what is neither live nor building, and of what nobody knows any more. */
  async sweep(): Promise<void> {
    // In this order: a build is entered before its collection is made, so one that is not entered is left over.
    const { database } = this.connection;
    const names = await this.connection.run(() =>
      database.listCollections({ name: { $regex: `^${PREFIX}` } }, { nameOnly: true }).toArray(),
    );
    const entries = await this.connection.run(() => this.entries.find().toArray());
    const wanted = new Set(
      entries.flatMap(({ collection, live, building }) =>
        [live, building].filter((one) => one !== null).map((one) => collectionOf(collection, one)),
      ),
    );
    for (const { name } of names) {
      if (name.startsWith(PREFIX) && !wanted.has(name)) {
        await this.connection.run(() => database.dropCollection(name));
      }
    }
    for (const { _id, live, building, builds } of entries) {
      for (const build of Object.keys(builds).map(Number)) {
        if (build === live || build === building) continue;
        await this.connection.run(() =>
          this.entries.updateOne(
            { _id, live: { $ne: build }, building: { $ne: build } },
            { $unset: { [`builds.${build}`]: '' } },
          ),
        );
      }
    }
  }

  /** Never the same again, whatever becomes of the build. */
  private async nextNumber(): Promise<number> {
    const next = () =>
      this.counters.findOneAndUpdate(
        { _id: 'builds' },
        { $inc: { last: 1 } },
        { upsert: true, returnDocument: 'after' },
      );
    const counter = await this.connection.run(async () => {
      // Of those that want to insert the first one, the others are told that it is there, or nothing.
      const first = await next().catch((error: unknown) =>
        isDuplicateKey(error) ? null : Promise.reject(error as Error),
      );
      return first ?? next();
    });
    if (counter === null) throw new Error('the counter of builds cannot be raised');
    return Number(counter.last);
  }
}

function described({ name, version, signature }: CollectionShape): object {
  return { collection: name, version, indexes: signature };
}

function known(entry: Entry, build: number): KnownBuild | undefined {
  const stored = entry.builds[build];
  if (stored === undefined || (entry.live !== build && entry.building !== build)) return undefined;
  const { source, checkpoint } = stored;
  return { entry, build, source, checkpoint: checkpoint === null ? undefined : BigInt(checkpoint) };
}
