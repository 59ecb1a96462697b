import type { Instant, Position } from '#kernel';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Schedule } from '../job-store.js';

/** How far each policy has come. Begins no transaction. */
export class PolicyTable {
  private readonly get: StatementSync;
  private readonly put: StatementSync;

  constructor(database: DatabaseSync) {
    this.get = database.prepare('SELECT checkpoint FROM policies WHERE name = ?');
    this.get.setReadBigInts(true);
    this.put = database.prepare(`INSERT INTO policies (name, checkpoint) VALUES (?, ?)
      ON CONFLICT (name) DO UPDATE SET checkpoint = excluded.checkpoint
      WHERE excluded.checkpoint > policies.checkpoint`);
  }

  checkpoint(policy: string): Position | undefined {
    return (this.get.get(policy) as { checkpoint: bigint } | undefined)?.checkpoint;
  }

  /** @returns false, and nothing is changed, if it has come that far already */
  advance(policy: string, checkpoint: Position): boolean {
    return Number(this.put.run(policy, checkpoint).changes) === 1;
  }
}

interface Progress {
  readonly schedule: Schedule;
  /** The latest moment that has come; `undefined` if none ever has. */
  readonly moment: Instant | undefined;
}

interface Row {
  readonly cron: string;
  readonly moment: string;
}

/** The last moment of each schedule that is dealt with. Begins no transaction. */
export class ScheduleTable {
  private readonly get: StatementSync;
  private readonly put: StatementSync;

  constructor(database: DatabaseSync) {
    this.get = database.prepare('SELECT cron, moment FROM schedules WHERE name = ?');
    this.put = database.prepare(`INSERT INTO schedules (name, cron, moment) VALUES (?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET cron = excluded.cron, moment = excluded.moment`);
  }

  wouldAdvance({ schedule, moment }: Progress): boolean {
    const row = this.get.get(schedule.name) as Row | undefined;
    if (row === undefined || row.cron !== schedule.cron) return true;
    return moment !== undefined && moment > row.moment;
  }

  /** @returns whether a job must be made: not for a schedule, or a pattern, seen for the first time */
  advance(progress: Progress, now: Instant): boolean {
    if (!this.wouldAdvance(progress)) return false;
    const { schedule, moment } = progress;
    const row = this.get.get(schedule.name) as Row | undefined;
    const isNew = row === undefined || row.cron !== schedule.cron;
    this.put.run(schedule.name, schedule.cron, isNew ? now : (moment ?? now));
    return !isNew;
  }
}

/** The event store that the jobs were made from. Begins no transaction. */
export class Owner {
  private readonly read: StatementSync;
  private readonly insert: StatementSync;

  constructor(database: DatabaseSync) {
    this.read = database.prepare('SELECT event_store AS eventStore FROM owner');
    this.insert = database.prepare(
      'INSERT INTO owner (only, event_store) VALUES (1, ?) ON CONFLICT DO NOTHING',
    );
  }

  get(): string | undefined {
    return (this.read.get() as { eventStore: string } | undefined)?.eventStore;
  }

  /** @returns whose they are now: of this one, if of nobody before */
  bind(eventStore: string): string {
    this.insert.run(eventStore);
    return this.get()!;
  }
}
