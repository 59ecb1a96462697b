import type { Lease } from '#platform/read-store';
import type { DatabaseSync } from 'node:sqlite';

function prepared(database: DatabaseSync) {
  return {
    get: database.prepare('SELECT holder, fence, held_until FROM leases WHERE name = ?'),
    put: database.prepare(`INSERT INTO leases (name, holder, fence, held_until) VALUES (?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE
      SET holder = excluded.holder, fence = excluded.fence, held_until = excluded.held_until`),
    hold: database.prepare('UPDATE leases SET held_until = ? WHERE name = ? AND fence = ?'),
  };
}

interface Row {
  readonly holder: string;
  readonly fence: bigint;
  readonly held_until: bigint;
}

/** Who may do what only one may do. Begins no transaction. */
export class LeaseTable {
  private readonly sql;

  constructor(
    database: DatabaseSync,
    private readonly nextFence: () => bigint,
  ) {
    this.sql = prepared(database);
    this.sql.get.setReadBigInts(true);
  }

  /** Whether anybody but `holder` holds it at this moment of the wall clock. */
  heldByOther(name: string, holder: string, wall: number): boolean {
    const row = this.sql.get.get(name) as Row | undefined;
    return row !== undefined && row.holder !== holder && Number(row.held_until) > wall;
  }

  acquire(name: string, holder: string, until: number): Lease {
    const fence = this.nextFence();
    this.sql.put.run(name, holder, fence, until);
    return { name, holder, fence };
  }

  /** Still the newest fence, even if its time has run out: nobody else has begun. */
  isNewest(lease: Lease): boolean {
    return (this.sql.get.get(lease.name) as Row | undefined)?.fence === lease.fence;
  }

  holdUntil(lease: Lease, until: number): boolean {
    return Number(this.sql.hold.run(until, lease.name, lease.fence).changes) === 1;
  }
}
