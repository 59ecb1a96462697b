import { refusal, RefusalError, type Position } from '#kernel';
import { openDatabase, transaction, translated, type OpenOptions } from '#platform/sqlite';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
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
import { Catalogue } from './catalogue.js';
import { DocumentTable } from './document-table.js';
import { Leases } from './leases.js';
import { READ_MODELS_FILE } from './schema.js';

export interface SqliteReadStoreOptions extends Omit<OpenOptions, 'readOnly'> {
  readonly path: string;
}

/**
 * Opens the read-models file, making it if it is not there.
 * @throws RefusalError `STORE.FOREIGN_FILE`, `STORE.FULL`, `STORE.BUSY`
 */
export async function openSqliteReadStore(options: SqliteReadStoreOptions): Promise<SqliteReadStore> {
  const { path, ...rest } = options;
  return new SqliteReadStore(openDatabase(path, READ_MODELS_FILE, rest));
}

/**
 * Read models in one SQLite file. SQLite runs on the calling thread: a batch or a page is one short piece of work.
 *
 * A transaction survives the death of the process but, with `synchronous=NORMAL`, the last ones may be undone by
 * loss of power, documents and checkpoint together: the events are still there, and are applied again.
 */
export class SqliteReadStore implements ReadStore {
  private readonly catalogue: Catalogue;
  private readonly leases: Leases;
  /** Of builds in use; one whose table is gone is never asked. */
  private readonly tables = new Map<number, DocumentTable>();

  constructor(private readonly database: DatabaseSync) {
    // With a log of up to 16 MB a rebuild waits for the disk a quarter as often.
    database.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000');
    this.catalogue = new Catalogue(database);
    this.leases = new Leases(database);
  }

  collection<D extends { readonly id: string }>(spec: CollectionSpec<D>): Collection<D> {
    const shape = shapeOf(spec);
    return {
      get: async (id) => {
        const body = this.get(shape, id);
        return body === undefined ? undefined : (JSON.parse(body) as D);
      },
      find: async (query) => this.find(shape, query),
    };
  }

  async liveBuild(spec: CollectionSpec<never>, source: string): Promise<Build> {
    const shape = shapeOf(spec);
    const found = this.read(() => this.catalogue.live(shape));
    const live =
      found ??
      this.transact(
        () => this.catalogue.live(shape) ?? { build: this.catalogue.create(shape, source, 'live'), source },
      );
    if (live.source !== source) throw ofAnotherStore(shape.name, live.source, source);
    return { collection: shape.name, build: live.build, state: 'live' };
  }

  async startBuild(spec: CollectionSpec<never>, source: string, lease: Lease): Promise<Build> {
    const shape = shapeOf(spec);
    this.transact(() => {
      this.requireLease(lease);
      this.catalogue.retireBuilding(shape);
    });
    await this.sweep();
    const build = this.transact(() => {
      this.requireLease(lease);
      return this.catalogue.create(shape, source, 'building');
    });
    return { collection: shape.name, build, state: 'building' };
  }

  async swap(build: Build, lease: Lease, { mayGoBack = false } = {}): Promise<boolean> {
    const done = this.transact(() => {
      this.requireLease(lease);
      const reached = this.requireBuild(build);
      const live = this.catalogue.liveBeside(build.build);
      if (live?.build === build.build) return true;
      const isOurs = live?.source === this.catalogue.source(build.build);
      const seen = live === undefined ? null : (this.catalogue.checkpoint(live.build) ?? null);
      if (!mayGoBack && isOurs && seen !== null && (reached === null || reached < seen)) return false;
      if (live !== undefined) this.catalogue.retire(live.build);
      this.catalogue.enliven(build.build);
      return true;
    });
    if (done) await this.sweep();
    return done;
  }

  async abandon(build: Build, lease: Lease): Promise<void> {
    this.transact(() => {
      this.requireLease(lease);
      if (this.catalogue.liveBeside(build.build)?.build !== build.build) this.catalogue.retire(build.build);
    });
    await this.sweep();
  }

  async dropOlder(build: Build, lease: Lease): Promise<void> {
    this.transact(() => {
      this.requireLease(lease);
      this.catalogue.retireOlder(build.build);
    });
    await this.sweep();
  }

  async checkpoint(build: Build): Promise<Position | undefined> {
    return this.read(() => this.catalogue.checkpoint(build.build)) ?? undefined;
  }

  async seen<D extends { readonly id: string }>(
    build: Build,
    ids: readonly string[],
  ): Promise<Map<string, Seen<D>>> {
    return this.snapshot(() => {
      this.requireBuild(build);
      return this.table(build.build).seen<D>(ids);
    });
  }

  async write(
    build: Build,
    lease: Lease,
    writes: readonly DocumentWrite[],
    checkpoint: Position,
  ): Promise<void> {
    for (const one of writes) checkIdOf(build.collection, one);
    this.transact(() => {
      this.requireLease(lease);
      this.requireBuild(build);
      const table = this.table(build.build);
      for (const one of writes) table.write(one);
      this.catalogue.advance(build.build, checkpoint);
    });
  }

  async acquireLease(name: string, holder: string, milliseconds: number): Promise<Lease | undefined> {
    if (!this.read(() => this.leases.isFree(name, Date.now()))) return undefined;
    return this.transact(() => {
      const now = Date.now();
      return this.leases.isFree(name, now) ? this.leases.take(name, holder, now, milliseconds) : undefined;
    });
  }

  async renewLease(lease: Lease, milliseconds: number): Promise<boolean> {
    return this.transact(() => this.leases.hold(lease, Date.now(), milliseconds));
  }

  async releaseLease(lease: Lease): Promise<void> {
    this.transact(() => this.leases.hold(lease, Date.now(), 0));
  }

  async close(): Promise<void> {
    if (this.database.isOpen) this.database.close();
  }

  private get(shape: CollectionShape, id: string): string | undefined {
    return this.snapshot(() => this.liveTable(shape)?.get(id));
  }

  private find<D extends { readonly id: string }>(shape: CollectionShape, query: Query<D>): Page<D> {
    const plan = planQuery(shape, query);
    const after = query.cursor === undefined ? undefined : valuesOf(query.cursor, shape, plan);
    const bodies = this.snapshot(() => this.liveTable(shape)?.find(plan, after)) ?? [];
    const documents = bodies.slice(0, plan.limit).map((body) => JSON.parse(body) as D);
    if (bodies.length <= plan.limit) return { documents };
    return { documents, cursor: cursorAfter(shape, plan, documents.at(-1)!) };
  }

  private liveTable(shape: CollectionShape): DocumentTable | undefined {
    const live = this.catalogue.live(shape);
    return live === undefined ? undefined : this.table(live.build);
  }

  /** Of a build that is there. */
  private table(build: number): DocumentTable {
    const known = this.tables.get(build);
    if (known !== undefined) return known;
    const made = new DocumentTable(this.database, this.catalogue.shape(build), build);
    this.tables.set(build, made);
    return made;
  }

  private requireLease(lease: Lease): void {
    if (!this.leases.isNewest(lease)) throw new LeaseLost(lease);
  }

  /** @returns its checkpoint */
  private requireBuild(build: Build): Position | null {
    const checkpoint = this.catalogue.checkpoint(build.build);
    if (checkpoint !== undefined) return checkpoint;
    this.tables.delete(build.build);
    throw new BuildRetired(build);
  }

  /** Drops the tables of retired builds, each by itself. What cannot be dropped now is dropped next time. */
  private async sweep(): Promise<void> {
    try {
      for (;;) {
        const build = this.read(() => this.catalogue.anyRetired());
        if (build === undefined) return;
        this.tables.delete(build);
        this.transact(() => this.catalogue.drop(build));
        await nextTurn();
      }
    } catch (error) {
      if (!(error instanceof RefusalError)) throw error;
    }
  }

  private transact<T>(work: () => T): T {
    return this.read(() => transaction(this.database, work));
  }

  /** Everything that is read is of one moment: a build cannot be swapped away in between. */
  private snapshot<T>(work: () => T): T {
    return this.read(() => {
      this.database.exec('BEGIN');
      try {
        return work();
      } finally {
        this.database.exec('COMMIT');
      }
    });
  }

  private read<T>(work: () => T): T {
    if (!this.database.isOpen) {
      throw new RefusalError(refusal('STORE.CLOSED', 'unavailable', 'the read-models store has been closed'));
    }
    try {
      return work();
    } catch (error) {
      throw translated(error, READ_MODELS_FILE.name);
    }
  }
}
