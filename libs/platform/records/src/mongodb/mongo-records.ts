import type { Instant, Json } from '#kernel';
import { isDuplicateKey, type Connection } from '#platform/mongodb';
import type { Collection as MongoCollection, Filter } from 'mongodb';
import { checkedWrite, checkKey, ofAnotherStore, type CheckedWrite } from '../record-rules.js';
import {
  SWEPT_AT_ONCE,
  type KeptRecord,
  type RecordKey,
  type Records,
  type RecordWrite,
  type Version,
} from '../records.js';

interface StoredRecord {
  /** `kind/id`: a kind has no slash. */
  readonly _id: string;
  readonly version: string;
  /** The value as JSON: BSON would not give back every value as it was. */
  readonly text: string;
  /** An instant, compared as text; `null`: never. */
  readonly expiresAt: string | null;
}

const OWNER = 'owner';

/**
 * Records in a MongoDB replica set, in the collection `tranche_records`, which nothing drops. Each change is one atomic
 * update of one document, acknowledged by a majority and its journal.
 */
export class MongoRecords implements Records {
  private readonly records: MongoCollection<StoredRecord>;
  private readonly owners: MongoCollection<{ _id: string; eventStore: string }>;

  private constructor(private readonly connection: Connection) {
    this.records = connection.database.collection('tranche_records');
    this.owners = connection.database.collection('tranche_records_owner');
  }

  static async open(connection: Connection): Promise<MongoRecords> {
    const opened = new MongoRecords(connection);
    try {
      // Made where it is missing; there, it is left as it is.
      await connection.run(() =>
        opened.records.createIndex(
          { expiresAt: 1 },
          { name: 'expiring', partialFilterExpression: { expiresAt: { $type: 'string' } } },
        ),
      );
      return opened;
    } catch (error) {
      await connection.close().catch(() => undefined);
      throw error;
    }
  }

  async get<V extends Json>(key: RecordKey, now: Instant): Promise<KeptRecord<V> | undefined> {
    checkKey(key);
    const found = await this.connection.run(() => this.records.findOne(thereAt(key, now)));
    if (found === null) return undefined;
    const expiresAt = found.expiresAt === null ? 'never' : (found.expiresAt as Instant);
    return { value: JSON.parse(found.text) as V, version: found.version as Version, expiresAt };
  }

  async put<V extends Json>(
    key: RecordKey,
    write: RecordWrite<V>,
    now: Instant,
  ): Promise<Version | undefined> {
    const checked = checkedWrite(key, write, now);
    const isDone =
      write.expected === 'none'
        ? await this.insert(key, checked, now)
        : await this.replace(key, checked, write.expected, now);
    return isDone ? checked.version : undefined;
  }

  async delete(key: RecordKey, expected: Version, now: Instant): Promise<boolean> {
    checkKey(key);
    let tries = 0;
    const { deletedCount } = await this.connection.run(() => {
      tries += 1;
      return this.records.deleteOne({ ...thereAt(key, now), version: { $eq: expected } });
    });
    if (deletedCount === 1) return true;
    // Sent again after its answer was lost, it finds what it has done itself: no record at all.
    return tries > 1 && (await this.stored(key)) === null;
  }

  async sweep(now: Instant): Promise<number> {
    for (let total = 0; ;) {
      const expired = { expiresAt: { $lte: now as string } };
      const found = await this.connection.run(() =>
        this.records.find(expired, { projection: { _id: 1 }, limit: SWEPT_AT_ONCE }).toArray(),
      );
      if (found.length === 0) return total;
      const { deletedCount } = await this.connection.run(() =>
        // Asked again of each: one of them may have been written anew meanwhile.
        this.records.deleteMany({ _id: { $in: found.map(({ _id }) => _id) }, ...expired }),
      );
      total += deletedCount;
      if (found.length < SWEPT_AT_ONCE) return total;
    }
  }

  async belongsTo(eventStore: string): Promise<void> {
    const known = await this.connection.run(() => this.owners.findOne({ _id: OWNER }));
    const owner = known?.eventStore ?? (await this.own(eventStore));
    if (owner !== eventStore) throw ofAnotherStore(owner, eventStore);
  }

  async adopt(eventStore: string): Promise<void> {
    await this.connection.run(() =>
      this.owners.updateOne({ _id: OWNER }, { $set: { eventStore } }, { upsert: true }),
    );
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  /** Where there is none, or one that has expired. */
  private async insert(key: RecordKey, write: CheckedWrite, now: Instant): Promise<boolean> {
    const isTaken = await this.connection.run(() =>
      this.records
        .replaceOne({ _id: idOf(key), expiresAt: { $lte: now as string } }, storedFrom(write), {
          upsert: true,
        })
        .then(
          () => false,
          (error: unknown) => {
            if (isDuplicateKey(error)) return true;
            throw error;
          },
        ),
    );
    return !isTaken || (await this.isMine(key, write));
  }

  private async replace(
    key: RecordKey,
    write: CheckedWrite,
    expected: Version,
    now: Instant,
  ): Promise<boolean> {
    const { matchedCount } = await this.connection.run(() =>
      this.records.replaceOne({ ...thereAt(key, now), version: { $eq: expected } }, storedFrom(write)),
    );
    return matchedCount === 1 || (await this.isMine(key, write));
  }

  /** A write whose answer was lost was sent again and found itself there. */
  private async isMine(key: RecordKey, { version }: CheckedWrite): Promise<boolean> {
    return (await this.stored(key))?.version === version;
  }

  private stored(key: RecordKey): Promise<StoredRecord | null> {
    return this.connection.run(() => this.records.findOne({ _id: idOf(key) }));
  }

  private async own(eventStore: string): Promise<string> {
    await this.connection.run(() =>
      this.owners
        .updateOne({ _id: OWNER }, { $setOnInsert: { eventStore } }, { upsert: true })
        .catch((error: unknown) => {
          // Somebody else was first.
          if (!isDuplicateKey(error)) throw error;
        }),
    );
    return (await this.connection.run(() => this.owners.findOne({ _id: OWNER })))!.eventStore;
  }
}

function idOf({ kind, id }: RecordKey): string {
  return `${kind}/${id}`;
}

function thereAt(key: RecordKey, now: Instant): Filter<StoredRecord> {
  return { _id: idOf(key), $or: [{ expiresAt: null }, { expiresAt: { $gt: now as string } }] };
}

function storedFrom({ version, text, expiresAt }: CheckedWrite): Omit<StoredRecord, '_id'> {
  return { version, text, expiresAt };
}
