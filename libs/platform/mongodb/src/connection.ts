import { refusal, RefusalError } from '#kernel';
import { MongoBulkWriteError, MongoClient, MongoError, MongoServerError, type Db } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';

const DEFAULT_DATABASE = 'tranche';
const SELECTION_MILLISECONDS = 5000;
const SOCKET_MILLISECONDS = 30_000;
const MOST_CONNECTIONS = 20;
/** For so long it is tried again; the last try may take as long as finding a server does. */
const TRY_MILLISECONDS = 6000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 1000;

const OUT_OF_DISK_SPACE = 14031;
const OVER_QUOTA = new Set([12501, 8000]);
export const DUPLICATE_KEY = 11000;
/** The collection was dropped, or the cursor, while it was read. */
const INTERRUPTED_READS = new Set([43, 175, 11601]);

/** `host1:27017,host2:27017/database`: without credentials, so that it may be shown. */
export function shownAddress(url: string): string {
  const [, rest = ''] = /^[a-z+]+:\/\/(.*)$/.exec(url) ?? [];
  const authority = rest.split(/[/?]/)[0]!;
  return authority.slice(authority.lastIndexOf('@') + 1);
}

/** One client of one database: every operation has a deadline, is tried again where that is safe, and says what failed. */
export class Connection {
  private constructor(
    private readonly client: MongoClient,
    readonly database: Db,
    private readonly address: string,
    private readonly store: string,
  ) {}
  private isClosed = false;

  /**
   * @param url with credentials, TLS options and the database in its path; default `tranche`
   * @param store whose connection it is, such as `read-models`: named in messages
   * @throws RefusalError `STORE.UNAVAILABLE`, `STORE.NOT_A_REPLICA_SET`; Error for a URL that is none
   */
  static async open(url: string, store: string): Promise<Connection> {
    const client = new MongoClient(url, {
      appName: 'tranche',
      serverSelectionTimeoutMS: SELECTION_MILLISECONDS,
      connectTimeoutMS: SELECTION_MILLISECONDS,
      socketTimeoutMS: SOCKET_MILLISECONDS,
      maxPoolSize: MOST_CONNECTIONS,
      retryReads: true,
      retryWrites: true,
      readPreference: 'primary',
      readConcern: { level: 'majority' },
      writeConcern: { w: 'majority', journal: true, wtimeoutMS: SOCKET_MILLISECONDS },
      // Positions are 64 bits; numbers of documents stay numbers.
      useBigInt64: true,
      ignoreUndefined: true,
    });
    const { dbName } = client.options;
    const named = dbName === undefined || dbName === 'test' ? DEFAULT_DATABASE : dbName;
    const connection = new Connection(client, client.db(named), shownAddress(url), store);
    try {
      const hello = await connection.run(() => client.db('admin').command({ hello: 1 }));
      if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') throw connection.standalone();
      return connection;
    } catch (error) {
      await client.close().catch(() => undefined);
      throw error;
    }
  }

  /**
   * Does something that may be done twice, trying again after what passes by itself: an election, a lost connection.
   * @throws RefusalError `STORE.UNAVAILABLE`, `STORE.FULL`, `STORE.CLOSED`
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const until = performance.now() + TRY_MILLISECONDS;
    for (let tried = 1; ; tried += 1) {
      if (this.isClosed) throw this.closed();
      try {
        return await work();
      } catch (error) {
        if (!passes(error) || performance.now() > until) throw this.translated(error);
      }
      await sleep(Math.min(FIRST_PAUSE * 2 ** tried, LONGEST_PAUSE) * (0.5 + Math.random() / 2));
    }
  }

  /** By the clock of the primary, in milliseconds; at most a round trip ago. */
  async now(): Promise<number> {
    const { localTime } = await this.run(() => this.client.db('admin').command({ hello: 1 }));
    return (localTime as Date).getTime();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.client.close();
  }

  private translated(error: unknown): unknown {
    if (!(error instanceof MongoError)) return error;
    if (this.isClosed) return this.closed();
    const { code } = error;
    if (code === OUT_OF_DISK_SPACE || OVER_QUOTA.has(Number(code))) {
      return new RefusalError(
        refusal('STORE.FULL', 'full', `MongoDB at ${this.address} has no room left: ${error.message}`),
      );
    }
    if (!passes(error)) return error;
    return new RefusalError(
      refusal(
        'STORE.UNAVAILABLE',
        'unavailable',
        `MongoDB at ${this.address} does not answer (${error.name})`,
        {
          engine: 'MongoDB',
          address: this.address,
        },
      ),
    );
  }

  private closed(): RefusalError {
    return new RefusalError(
      refusal('STORE.CLOSED', 'unavailable', `the ${this.store} store has been closed`),
    );
  }

  private standalone(): RefusalError {
    return new RefusalError(
      refusal(
        'STORE.NOT_A_REPLICA_SET',
        'unavailable',
        `MongoDB at ${this.address} is a standalone server: the ${this.store} store needs a replica set, of which one member is enough. ` +
          'Start it with --replSet and call rs.initiate() once',
        { address: this.address },
      ),
    );
  }
}

const NETWORK = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoExpiredSessionError',
]);

/** What may be over in a moment. */
function passes(error: unknown): boolean {
  if (!(error instanceof MongoError)) return false;
  // A connection lost in the middle of a bulk comes wrapped, without name and labels of its own.
  if (error instanceof MongoBulkWriteError && (error.errorResponse as unknown) instanceof MongoError) {
    return passes(error.errorResponse);
  }
  if (NETWORK.has(error.name) || INTERRUPTED_READS.has(Number(error.code))) return true;
  return (
    error.hasErrorLabel('RetryableWriteError') ||
    error.hasErrorLabel('RetryableReadError') ||
    error.hasErrorLabel('TransientTransactionError') ||
    error.hasErrorLabel('SystemOverloadedError') ||
    TRANSIENT_CODES.has(Number(error.code))
  );
}

/** Of the server's own list of codes after which a command may be sent again: elections, shutdowns, time limits. */
const TRANSIENT_CODES = new Set([
  6, 7, 50, 64, 89, 91, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436,
]);

export function isDuplicateKey(error: unknown): boolean {
  return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
}
