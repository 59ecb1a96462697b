import {
  randomId,
  refusal,
  RefusalError,
  type Clock,
  type EventDefinition,
  type Position,
  type RecordedEvent,
} from '#kernel';
import type { EventCodec, EventStore, StoredEvent } from '#platform/event-store';
import { LeaseLost, type Lease } from '#platform/read-store';
import { Logger } from '@nestjs/common';
import { isTransient, messageOf } from './failure.js';
import type { JobStore, PolicyEffect } from './job-store.js';
import type { Policy } from './policy.js';
import { pause, together } from './waiting.js';

export interface PolicyRunnerOptions {
  /** A process that dies keeps a policy from others for at most this long. Default 6,000. */
  readonly leaseMilliseconds?: number;
  /** How long {@link PolicyRunner.runToHead} waits for another process. Default 30,000. */
  readonly waitMilliseconds?: number;
  /** Called after jobs were enqueued, so that a worker in this process need not wait for its next poll. */
  readonly applied?: () => void;
}

export interface PolicyStatus {
  readonly policy: string;
  /** `standing-by`: another process has the lease. `failed`: stopped until the process is started again. */
  readonly state: 'stopped' | 'standing-by' | 'following' | 'retrying' | 'failed';
  readonly checkpoint: Position | undefined;
  /** Why it failed, or is being retried. */
  readonly error?: string;
}

const PAGE = 200;
const LEASE = 6000;
const WAIT = 30_000;
/** An empty stretch of the log is worth a write only so often. */
const EMPTY_MILLISECONDS = 200;
const LONGEST_RETRY = 5000;
/**
 * Turns events into jobs: reads the log from each policy's checkpoint, in order, and keeps effects and checkpoint
 * together, so that no event's jobs are missing and none are made twice, whatever dies when. Each policy runs in
 * one process at a time, under a lease. One that throws stops, visibly; the others go on.
 */
export class PolicyRunner {
  private readonly statuses = new Map<string, PolicyStatus>();

  constructor(
    private readonly jobs: JobStore,
    private readonly events: EventStore,
    private readonly codec: EventCodec,
    private readonly clock: Clock,
    private readonly policies: readonly Policy[],
    private readonly options: PolicyRunnerOptions = {},
    private readonly log: Pick<Logger, 'warn' | 'error'> = new Logger('PolicyRunner'),
  ) {
    for (const policy of policies) {
      if (this.statuses.has(policy.name)) throw new Error(`two policies are named '${policy.name}'`);
      this.report(policy, 'stopped');
    }
  }

  status(): readonly PolicyStatus[] {
    return [...this.statuses.values()];
  }

  /** Follows the log until `signal` is aborted; takes over from a process that died within 10 s. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.policies.map((policy) => this.keepFollowing(policy, signal)));
  }

  /**
   * Brings every policy up to what is the head of the log now, or waits until the process that has its lease did.
   * @throws RefusalError `POLICY.BEHIND`; whatever a policy, the codec or a store throws
   */
  async runToHead(): Promise<void> {
    const head = await this.events.head();
    if (head === undefined) return;
    const deadline = performance.now() + (this.options.waitMilliseconds ?? WAIT);
    // One after the other, so that jobs come in the same order on every run.
    for (const policy of this.policies) await this.bringTo(policy, head, deadline);
  }

  private async keepFollowing(policy: Policy, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        const had = await this.underLease(policy, signal, (lease, lost) => {
          failures = 0;
          this.report(policy, 'following');
          return this.follow(policy, lease, lost);
        });
        if (had) continue;
        this.report(policy, 'standing-by');
        await pause(500, signal);
      } catch (error) {
        if (error instanceof LeaseLost) continue;
        if (!isTransient(error)) {
          this.report(policy, 'failed', error);
          const detail = error instanceof Error ? error.stack : String(error);
          this.log.error(`policy ${policy.name} stopped and makes no more jobs: ${detail}`);
          return;
        }
        failures += 1;
        this.report(policy, 'retrying', error);
        this.log.warn(`policy ${policy.name} tries again: ${error.message}`);
        await pause(Math.min(100 * 2 ** failures, LONGEST_RETRY), signal);
      }
    }
    this.report(policy, 'stopped');
  }

  /** @returns false if another has the lease; otherwise once `work` ended */
  private async underLease(
    policy: Policy,
    signal: AbortSignal,
    work: (lease: Lease, signal: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    const milliseconds = this.options.leaseMilliseconds ?? LEASE;
    await this.jobs.belongsTo(this.events.identity.id);
    // Each go is a holder of its own: two runners in one process exclude each other like two processes.
    const lease = await this.jobs.acquireLease(`policy:${policy.name}`, randomId(), milliseconds);
    if (lease === undefined) return false;
    const renew = async (over: AbortSignal): Promise<void> => {
      for (;;) {
        await pause(milliseconds / 3, over);
        if (over.aborted) return;
        if (!(await this.jobs.renewLease(lease, milliseconds))) throw new LeaseLost(lease);
      }
    };
    try {
      await together(signal, renew, (over) => work(lease, over));
      return true;
    } finally {
      // If this fails, the lease runs out by itself.
      await this.jobs.releaseLease(lease).catch(() => undefined);
    }
  }

  private async follow(policy: Policy, lease: Lease, signal: AbortSignal): Promise<void> {
    let searched: Position | undefined;
    let kept = await this.jobs.policyCheckpoint(policy.name);
    requireBehind(policy, kept, await this.events.head());
    const keep = async (events: readonly StoredEvent[], upTo: Position): Promise<void> => {
      await this.apply(policy, events, upTo, lease);
      kept = upTo;
    };
    const flush = async (over: AbortSignal): Promise<void> => {
      for (; !over.aborted; await pause(EMPTY_MILLISECONDS, over)) {
        if (searched !== undefined && (kept === undefined || searched > kept)) await keep([], searched);
      }
    };
    await together(signal, flush, async (over) => {
      const subscription = this.events.subscribe({
        after: kept,
        filter: { types: policy.handles.map(typeOf) },
        pageSize: PAGE,
        handle: async (events, searchedTo) => {
          if (over.aborted) return;
          if (events.length > 0) await keep(events, searchedTo);
          searched = searchedTo;
        },
      });
      const stop = (): void => void subscription.stop();
      over.addEventListener('abort', stop, { once: true });
      if (over.aborted) stop();
      await subscription.ended;
    });
  }

  private async bringTo(policy: Policy, head: Position, deadline: number): Promise<void> {
    for (;;) {
      const checkpoint = await this.jobs.policyCheckpoint(policy.name);
      requireBehind(policy, checkpoint, await this.events.head());
      if (checkpoint !== undefined && checkpoint >= head) return;
      try {
        const had = await this.underLease(policy, new AbortController().signal, (lease, lost) =>
          this.catchUp(policy, head, lease, lost),
        );
        if (had) continue;
      } catch (error) {
        const mayRetry = error instanceof LeaseLost || (isTransient(error) && error.refusal.kind === 'busy');
        if (!mayRetry || performance.now() > deadline) throw error;
      }
      if (performance.now() > deadline) throw behind(policy, head, checkpoint);
      await pause(25);
    }
  }

  private async catchUp(policy: Policy, head: Position, lease: Lease, lost: AbortSignal): Promise<void> {
    const after = await this.jobs.policyCheckpoint(policy.name);
    if (after !== undefined && after >= head) return;
    const pages = this.events.readAll({
      ...(after === undefined ? {} : { after }),
      upTo: head,
      filter: { types: policy.handles.map(typeOf) },
      pageSize: PAGE,
    });
    for await (const page of pages) {
      if (lost.aborted) return;
      await this.apply(policy, page, page.at(-1)!.position, lease);
    }
    await this.apply(policy, [], head, lease);
  }

  private async apply(
    policy: Policy,
    events: readonly StoredEvent[],
    upTo: Position,
    lease: Lease,
  ): Promise<void> {
    const effects = events.flatMap((event) => effectsOf(policy, this.codec.decode(event)));
    await this.jobs.applyPolicy(policy.name, effects, upTo, this.clock.now(), lease);
    const { state } = this.statuses.get(policy.name)!;
    this.statuses.set(policy.name, { policy: policy.name, state, checkpoint: upTo });
    if (effects.length > 0) this.options.applied?.();
  }

  private report(policy: Policy, state: PolicyStatus['state'], error?: unknown): void {
    this.statuses.set(policy.name, {
      policy: policy.name,
      state,
      checkpoint: this.statuses.get(policy.name)?.checkpoint,
      ...(error === undefined ? {} : { error: messageOf(error) }),
    });
  }
}

function typeOf(definition: EventDefinition): string {
  return definition.type;
}

/** Its handler was looked for at boot only if the policy declares the kind: so it must. */
function effectsOf(policy: Policy, event: RecordedEvent): readonly PolicyEffect[] {
  const effects = policy.react(event);
  for (const effect of effects) {
    if ('enqueue' in effect && !policy.enqueues.includes(effect.enqueue.kind)) {
      throw new Error(
        `policy ${policy.name} enqueues a '${effect.enqueue.kind}', which it does not declare in 'enqueues'`,
      );
    }
  }
  return effects;
}

/**
 * To be asked when a process starts: jobs of a log that was put back to an earlier state, or of another one, say
 * nothing about what is appended now, and policies would pass over it.
 * @throws RefusalError `POLICY.AHEAD`, `JOBS.OF_ANOTHER_STORE`, naming the command that mends it
 */
export async function requireBehindLog(
  policies: readonly Policy[],
  jobs: Pick<JobStore, 'belongsTo' | 'policyCheckpoint'>,
  events: Pick<EventStore, 'identity' | 'head'>,
): Promise<void> {
  await jobs.belongsTo(events.identity.id);
  for (const policy of policies) {
    requireBehind(policy, await jobs.policyCheckpoint(policy.name), await events.head());
  }
}

function requireBehind(policy: Policy, checkpoint: Position | undefined, head: Position | undefined): void {
  if (checkpoint === undefined || checkpoint <= (head ?? 0n)) return;
  const end = head === undefined ? 'is empty' : `ends at ${head}`;
  throw new RefusalError(
    refusal(
      'POLICY.AHEAD',
      'unavailable',
      `policy ${policy.name} has seen position ${checkpoint}, but the log ${end}: was the event store put back to an ` +
        'earlier state? Have the jobs made anew from the events with `npm run -s ops -- jobs reset`',
      { policy: policy.name, checkpoint: checkpoint.toString(), head: head?.toString() ?? null },
    ),
  );
}

function behind(policy: Policy, head: Position, checkpoint: Position | undefined): RefusalError {
  return new RefusalError(
    refusal(
      'POLICY.BEHIND',
      'unavailable',
      `policy ${policy.name} is run by another process, which has not reached position ${head} yet (it is at ${checkpoint ?? 'the beginning'})`,
      { policy: policy.name },
    ),
  );
}
