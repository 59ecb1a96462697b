import type { Position } from '#kernel';
import type { DatabaseSync } from 'node:sqlite';
import { shapeOf, type CollectionShape } from '../collection-shape.js';
import type { Build } from '../read-store.js';
import { tableOf, tableSql } from './schema.js';

interface Row {
  readonly build: number;
  readonly source: string;
}

const ROW = 'SELECT build, source FROM builds';

function prepared(database: DatabaseSync) {
  const checkpoint = database.prepare("SELECT checkpoint FROM builds WHERE build = ? AND state <> 'retired'");
  checkpoint.setReadBigInts(true);
  return {
    checkpoint,
    live: database.prepare(`${ROW} WHERE collection = ? AND version = ? AND indexes = ? AND state = 'live'`),
    liveBeside: database.prepare(`SELECT live.build AS build, live.source AS source FROM builds AS this
      JOIN builds AS live USING (collection, version, indexes) WHERE this.build = ? AND live.state = 'live'`),
    source: database.prepare('SELECT source FROM builds WHERE build = ?'),
    shape: database.prepare('SELECT collection, version, indexes FROM builds WHERE build = ?'),
    insert: database.prepare(
      'INSERT INTO builds (collection, version, indexes, source, state) VALUES (?, ?, ?, ?, ?) RETURNING build',
    ),
    advance: database.prepare(
      'UPDATE builds SET checkpoint = max(coalesce(checkpoint, 0), ?) WHERE build = ?',
    ),
    enliven: database.prepare("UPDATE builds SET state = 'live' WHERE build = ?"),
    retire: database.prepare("UPDATE builds SET state = 'retired' WHERE build = ?"),
    retireBuilding: database.prepare(`UPDATE builds SET state = 'retired'
      WHERE collection = ? AND version <= ? AND state = 'building'`),
    retireOlder: database.prepare(`UPDATE builds SET state = 'retired' FROM builds AS this
      WHERE this.build = ? AND builds.collection = this.collection AND builds.build <> this.build
      AND (builds.version < this.version
        OR builds.version = this.version AND builds.indexes <> this.indexes AND builds.build < this.build)`),
    retired: database.prepare("SELECT build FROM builds WHERE state = 'retired' LIMIT 1"),
    forget: database.prepare('DELETE FROM builds WHERE build = ?'),
  };
}

/** Which builds there are. Begins no transaction. */
export class Catalogue {
  private readonly sql;

  constructor(private readonly database: DatabaseSync) {
    this.sql = prepared(database);
  }

  live({ name, version, signature }: CollectionShape): Row | undefined {
    return this.sql.live.get(name, version, signature) as Row | undefined;
  }

  /** The live build that this one would replace. */
  liveBeside(build: number): Row | undefined {
    return this.sql.liveBeside.get(build) as Row | undefined;
  }

  /** The event store that a build was made from. */
  source(build: number): string {
    return (this.sql.source.get(build) as { source: string }).source;
  }

  create(shape: CollectionShape, source: string, state: Build['state']): number {
    const { name, version, signature } = shape;
    const { build } = this.sql.insert.get(name, version, signature, source, state) as unknown as Row;
    this.database.exec(tableSql(shape, build));
    return build;
  }

  /** As it was when the build was made. */
  shape(build: number): CollectionShape {
    const row = this.sql.shape.get(build) as { collection: string; version: number; indexes: string };
    const indexes = Object.fromEntries(JSON.parse(row.indexes) as [string, string[]][]);
    return shapeOf({ name: row.collection, version: row.version, indexes });
  }

  /** `null`: no batch yet; `undefined`: no such build. */
  checkpoint(build: number): Position | null | undefined {
    return (this.sql.checkpoint.get(build) as { checkpoint: Position | null } | undefined)?.checkpoint;
  }

  advance(build: number, checkpoint: Position): void {
    this.sql.advance.run(checkpoint, build);
  }

  enliven(build: number): void {
    this.sql.enliven.run(build);
  }

  retire(build: number): void {
    this.sql.retire.run(build);
  }

  retireBuilding({ name, version }: CollectionShape): void {
    this.sql.retireBuilding.run(name, version);
  }

  retireOlder(build: number): void {
    this.sql.retireOlder.run(build);
  }

  anyRetired(): number | undefined {
    return (this.sql.retired.get() as Row | undefined)?.build;
  }

  drop(build: number): void {
    this.database.exec(`DROP TABLE IF EXISTS ${tableOf(build)}`);
    this.sql.forget.run(build);
  }
}
