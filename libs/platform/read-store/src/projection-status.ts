import type { Position } from '#kernel';

export interface ProjectionRunnerOptions {
  /** A process that dies keeps a read model from going on for at most this long, in milliseconds. Default 5,000. */
  readonly leaseMilliseconds?: number;
  /** Events in one batch: bounds how long the thread is held, about 20 µs for each. Default 500. */
  readonly pageSize?: number;
  /** The same for {@link ProjectionRunner.rebuild}, which does not belong on a thread that serves. Default 4,000. */
  readonly rebuildPageSize?: number;
}

export interface ProjectionStatus {
  readonly collection: string;
  /**
   * `idle`: not running here. `standing-by`: another process keeps it up to date. `catching-up`, `following`: this
   * one does. `retrying`: a store was full, busy or away. `stopped`: by an event that cannot be read or a mistake
   * in the projection; it stays so until the program is started again.
   */
  readonly state: 'idle' | 'standing-by' | 'catching-up' | 'following' | 'retrying' | 'stopped';
  /** Had reached, at least once since this runner ran, what was the end of the log then. */
  readonly caughtUp: boolean;
  readonly checkpoint: Position | undefined;
  /** Why it is being retried, or stopped. */
  readonly reason?: string;
}

export interface RebuildProgress {
  /** Events applied so far. */
  readonly events: number;
  readonly position: Position;
  /** Where it is going; moves on while others append. */
  readonly head: Position;
}
