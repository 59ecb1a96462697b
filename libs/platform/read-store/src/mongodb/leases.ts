import type { Collection as MongoCollection } from 'mongodb';
import type { Lease } from '../read-store.js';
import { isDuplicateKey, type Connection } from '#platform/mongodb';

interface StoredLease {
  readonly _id: string;
  readonly holder: string;
  readonly fence: bigint;
  /** By the clock of the server, so that processes whose clocks differ agree. */
  readonly until: Date;
}

/** Each lease is one document, and every change of it one atomic update. */
export class Leases {
  private readonly leases: MongoCollection<StoredLease>;

  constructor(private readonly connection: Connection) {
    this.leases = connection.database.collection('tranche_leases');
  }

  async acquire(name: string, holder: string, milliseconds: number): Promise<Lease | undefined> {
    const now = await this.connection.now();
    const taken = await this.connection.run(() =>
      this.leases
        .findOneAndUpdate(
          // Asked again after an answer that was lost, a holder takes over from itself.
          { _id: name, $or: [{ until: { $lte: new Date(now) } }, { holder: { $eq: holder } }] },
          { $set: { holder, until: new Date(now + milliseconds) }, $inc: { fence: 1n } },
          { upsert: true, returnDocument: 'after' },
        )
        .catch((error: unknown) => {
          // It is there and did not match: another holds it.
          if (isDuplicateKey(error)) return null;
          throw error;
        }),
    );
    return taken === null ? undefined : { name, holder, fence: BigInt(taken.fence) };
  }

  /** @returns false if it was taken over */
  async hold({ name, fence }: Lease, milliseconds: number): Promise<boolean> {
    const until = new Date((await this.connection.now()) + milliseconds);
    const { matchedCount } = await this.connection.run(() =>
      this.leases.updateOne({ _id: name, fence }, { $set: { until } }),
    );
    return matchedCount === 1;
  }

  async isNewest({ name, fence }: Lease): Promise<boolean> {
    const found = await this.connection.run(() =>
      this.leases.findOne({ _id: name, fence }, { projection: { _id: 1 } }),
    );
    return found !== null;
  }
}
