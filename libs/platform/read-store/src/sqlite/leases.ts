import type { DatabaseSync } from 'node:sqlite';
import type { Lease } from '../read-store.js';

interface Row {
  readonly holder: string;
  readonly fence: bigint;
  readonly held_until: bigint;
  readonly granted: bigint;
}

function prepared(database: DatabaseSync) {
  const get = database.prepare('SELECT holder, fence, held_until, granted FROM leases WHERE name = ?');
  get.setReadBigInts(true);
  return {
    get,
    take: database.prepare(`INSERT INTO leases (name, holder, fence, held_until, granted) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = excluded.fence,
      held_until = excluded.held_until, granted = excluded.granted`),
    hold: database.prepare('UPDATE leases SET held_until = ?, granted = ? WHERE name = ? AND fence = ?'),
  };
}

/** Who may write what only one may write. Begins no transaction. */
export class Leases {
  private readonly sql;

  constructor(database: DatabaseSync) {
    this.sql = prepared(database);
  }

  isFree(name: string, now: number): boolean {
    const row = this.row(name);
    if (row === undefined) return true;
    const left = Number(row.held_until) - now;
    // More than was ever granted: the clock has gone back, and the holder would have renewed it since.
    return left <= 0 || left > Number(row.granted);
  }

  take(name: string, holder: string, now: number, milliseconds: number): Lease {
    const fence = (this.row(name)?.fence ?? 0n) + 1n;
    this.sql.take.run(name, holder, fence, now + milliseconds, milliseconds);
    return { name, holder, fence };
  }

  /** The newest fence, even if its time has run out: nobody else has begun. */
  isNewest(lease: Lease): boolean {
    return this.row(lease.name)?.fence === lease.fence;
  }

  /** @returns false if another has taken it */
  hold(lease: Lease, now: number, milliseconds: number): boolean {
    return this.sql.hold.run(now + milliseconds, milliseconds, lease.name, lease.fence).changes === 1;
  }

  private row(name: string): Row | undefined {
    return this.sql.get.get(name) as Row | undefined;
  }
}
