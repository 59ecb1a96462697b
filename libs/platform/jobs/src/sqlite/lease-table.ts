import type { Lease } from '#platform/read-store';
import type { DatabaseSync } from 'node:sqlite';

function prepared(database: DatabaseSync) {
  return {
    get: database.prepare('SELECT holder, fence, held_until, granted FROM leases WHERE name = ?'),
    put: database.prepare(`INSERT INTO leases (name, holder, fence, held_until, granted) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = excluded.fence,
      held_until = excluded.held_until, granted = excluded.granted`),
    hold: database.prepare('UPDATE leases SET held_until = ?, granted = ? WHERE name = ? AND fence = ?'),
  };
}

interface Row {
  readonly holder: string;
  readonly fence: bigint;
  readonly held_until: bigint;
  readonly granted: bigint;
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
    if (row === undefined || row.holder === holder) return false;
    const left = Number(row.held_until) - wall;
    // More than was ever granted: the clock has gone back, and the holder would have renewed it since.
    return left > 0 && left <= Number(row.granted);
  }

  acquire(name: string, holder: string, wall: number, milliseconds: number): Lease {
    const fence = this.nextFence();
    this.sql.put.run(name, holder, fence, wall + milliseconds, milliseconds);
    return { name, holder, fence };
  }

  /** Still the newest fence, even if its time has run out: nobody else has begun. */
  isNewest(lease: Lease): boolean {
    return (this.sql.get.get(lease.name) as Row | undefined)?.fence === lease.fence;
  }

  /** @returns false if it was taken over */
  hold(lease: Lease, wall: number, milliseconds: number): boolean {
    const { changes } = this.sql.hold.run(wall + milliseconds, milliseconds, lease.name, lease.fence);
    return Number(changes) === 1;
  }
}
