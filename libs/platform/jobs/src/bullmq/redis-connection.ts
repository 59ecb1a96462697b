import { RefusalError } from '#kernel';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkServer, withoutAof } from './redis-connection-checks.js';
import { closed, isLost, refusedBy, Silence, unavailable, wordOf } from './redis-connection-failures.js';
import { redisAddressFrom, type RedisAddress } from './redis-url.js';

/** One connection to one Redis: every operation has a deadline and says what failed; it connects anew for ever. */
export interface RedisConnection {
  /** For what is run within {@link RedisConnection.run}. */
  readonly redis: Redis;
  /** `host:port/database`, without credentials. */
  readonly name: string;
  /**
   * Runs commands or scripts, all of them together within the deadline, waiting for a connection if there is none.
   * A write that was cut short is not tried again here: its caller knows whether it may be.
   * @throws RefusalError `STORE.UNAVAILABLE`: nothing was written, or, when the connection was lost in the middle
   *   of a write, that is not known (`details.outcome` is `nothing` or `unknown`); `STORE.BUSY`, `STORE.FULL`,
   *   `STORE.CLOSED`, `STORE.ACCESS_DENIED`; what {@link connectToRedis} refuses a server with, after a fail-over to
   *   such a one. What `work` throws of its own is thrown as it is.
   */
  run<T>(work: (redis: Redis) => Promise<T>, kind: 'read' | 'write'): Promise<T>;
  /** What is being run has a moment to end. */
  close(): Promise<void>;
}

export interface RedisConnectionOptions {
  readonly url: string;
  /** Told what somebody should look at although jobs go on. Default: nobody. */
  readonly warn?: (message: string) => void;
  /** Of opening, and of each operation. Default 5,000. */
  readonly deadlineMilliseconds?: number;
}

const DEADLINE = 5000;
/** A server that cannot be used is looked at again over a new connection after so long. */
const LOOK_AGAIN = 1000;
const LONGEST_RETRY = 2000;
const LONGEST_CLOSE = 1000;

/**
 * @throws RefusalError `STORE.BAD_URL`, `STORE.UNAVAILABLE`, `STORE.ACCESS_DENIED`, `STORE.UNSUPPORTED_SERVER` (older
 *   than 6.2), `STORE.IS_A_CLUSTER`, `STORE.IS_A_REPLICA`, `JOBS.MAY_EVICT`
 */
export async function connectToRedis(options: RedisConnectionOptions): Promise<RedisConnection> {
  const { url, warn = () => undefined, deadlineMilliseconds = DEADLINE } = options;
  const connection = new Connection(redisAddressFrom(url), warn, deadlineMilliseconds);
  try {
    await connection.run(() => Promise.resolve(), 'read');
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

class Connection implements RedisConnection {
  readonly redis: Redis;
  readonly name: string;
  /** Away: there is no connection, or its server has not been looked at yet. */
  private state: 'away' | 'usable' | 'closed' = 'away';
  /** Why the server may not be used; forgotten once it may be. */
  private refused: RefusalError | undefined;
  private lastError: unknown;
  private hasWarned = false;
  private again: NodeJS.Timeout | undefined;
  private readonly waiting = new Set<() => void>();
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    private readonly address: RedisAddress,
    private readonly warn: (message: string) => void,
    private readonly deadline: number,
  ) {
    this.name = address.name;
    this.redis = new Redis(optionsFor(address, deadline));
    this.redis.on('error', (error) => this.failed(error));
    this.redis.on('ready', () => void this.look());
    this.redis.on('close', () => {
      clearTimeout(this.again);
      if (this.state === 'usable') this.state = 'away';
    });
    // It stops by itself when a connection cannot even be begun.
    this.redis.on('end', () => this.lookLater(() => void this.redis.connect().catch(() => undefined)));
  }

  async run<T>(work: (redis: Redis) => Promise<T>, kind: 'read' | 'write'): Promise<T> {
    const until = performance.now() + this.deadline;
    for (;;) {
      await this.untilUsable(until);
      try {
        return await this.within(work, until - performance.now());
      } catch (error) {
        // A write that was cut short by closing is as unknown as any other.
        if (this.state === 'closed' && (kind === 'read' || !isLost(error))) throw closed();
        if (isLost(error)) {
          // What was asked for and not begun, a server drops with the connection: it must not happen long after. And
          // what is read again waits for a new one instead of failing on this one over and over.
          if (this.state === 'usable') this.startOver();
          if (kind === 'read' && performance.now() < until) continue;
          throw unavailable(this.name, error, kind === 'read' ? 'nothing' : 'unknown');
        }
        // The master is elsewhere now.
        if (['READONLY', 'MASTERDOWN'].includes(wordOf(error) ?? '') && this.state === 'usable')
          this.startOver();
        throw refusedBy(error, this.name) ?? error;
      }
    }
  }

  async close(): Promise<void> {
    if (this.state === 'closed') return;
    this.state = 'closed';
    clearTimeout(this.again);
    this.tell();
    const over = new AbortController();
    await Promise.race([
      Promise.allSettled(this.running),
      sleep(LONGEST_CLOSE, undefined, { signal: over.signal }).catch(() => undefined),
    ]);
    over.abort();
    this.redis.disconnect();
  }

  private async untilUsable(until: number): Promise<void> {
    for (;;) {
      if (this.state === 'closed') throw closed();
      if (this.state === 'usable') return;
      if (this.refused !== undefined && !passesByItself(this.refused)) throw this.refused;
      const left = until - performance.now();
      if (left <= 0) throw this.refused ?? unavailable(this.name, this.lastError, 'nothing');
      await this.change(left);
    }
  }

  /** @returns once something has changed, or after so long */
  private async change(milliseconds: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.waiting.add(done);
    });
  }

  private tell(): void {
    for (const done of this.waiting) done();
  }

  private async within<T>(work: (redis: Redis) => Promise<T>, milliseconds: number): Promise<T> {
    const running = work(this.redis);
    this.running.add(running);
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Silence(`no answer within ${this.deadline} ms`)),
        Math.max(1, milliseconds),
      );
    });
    try {
      return await Promise.race([running, silence]);
    } finally {
      clearTimeout(timer);
      void running.catch(() => undefined).finally(() => this.running.delete(running));
    }
  }

  /** Looks at the server at the other end, which after a reconnection may be another one. */
  private async look(): Promise<void> {
    try {
      const drawback = await checkServer(this.redis, this.address);
      if (this.state === 'closed') return;
      this.state = 'usable';
      this.refused = undefined;
      this.lastError = undefined;
      if (drawback === undefined) this.hasWarned = false;
      else if (!this.hasWarned) {
        this.hasWarned = true;
        this.warn(withoutAof(this.name));
      }
      this.tell();
    } catch (error) {
      this.failed(error);
      // Without a connection the client is about to have another, which is looked at then.
      if (this.redis.status !== 'ready') return;
      this.lookLater(() => {
        if (this.state === 'away' && this.redis.status === 'ready') this.startOver();
      });
    }
  }

  private failed(error: unknown): void {
    if (this.state === 'closed') return;
    this.lastError = error;
    const refused = error instanceof RefusalError ? error : refusedBy(error, this.name);
    if (refused === undefined) {
      // The server that was refused is gone; what takes its place may be better.
      if ((error as NodeJS.ErrnoException).syscall === 'connect') this.refused = undefined;
      return;
    }
    this.refused = refused;
    if (this.state === 'usable') this.state = 'away';
    this.tell();
  }

  private startOver(): void {
    if (this.state === 'usable') this.state = 'away';
    if (this.state !== 'closed') this.redis.disconnect(true);
  }

  private lookLater(look: () => void): void {
    if (this.state === 'closed') return;
    clearTimeout(this.again);
    this.again = setTimeout(look, LOOK_AGAIN);
  }
}

/** What a moment's patience may mend. */
function passesByItself({ code }: RefusalError): boolean {
  return code === 'STORE.UNAVAILABLE' || code === 'STORE.BUSY';
}

function optionsFor({ host, port, db, username, password, isSecure }: RedisAddress, deadline: number) {
  return {
    host,
    port,
    db,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(isSecure ? { tls: {} } : {}),
    connectionName: 'tranche-jobs',
    disableClientInfo: true,
    // Answers in the same shape from every server, old ones and proxies, too.
    protocol: 2,
    connectTimeout: Math.min(deadline, DEADLINE),
    disconnectTimeout: 200,
    // Of what is not run within a deadline already.
    commandTimeout: deadline + 100,
    // Nothing waits in queues of the client, and what a lost connection has not answered is never sent again unasked.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Its own looks at less than ours.
    enableReadyCheck: false,
    retryStrategy: (times: number) =>
      Math.min(50 * 2 ** Math.min(times - 1, 10), LONGEST_RETRY) * (0.5 + Math.random() / 2),
  } as const;
}
