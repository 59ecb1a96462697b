import { RefusalError, type Position } from '#kernel';
import type { EventCodec, EventStore } from '#platform/event-store';
import { createHash } from 'node:crypto';
import { shapeOf } from './collection-shape.js';
import { isTransient, pause, underLease } from './held-lease.js';
import { BuildWriter } from './build-writer.js';
import type { ProjectionRunnerOptions, ProjectionStatus, RebuildProgress } from './projection-status.js';
import type { Projection } from './projection.js';
import { behind, isBehind, isOfAnotherStore, rebuilding, requireBehind } from './read-model-refusals.js';
import { BuildRetired, LeaseLost, type Build, type Lease, type ReadStore } from './read-store.js';

const STAND_BY_MILLISECONDS = 500;
const FIRST_RETRY = 50;
const LONGEST_RETRY = 5000;
const UP_TO_MILLISECONDS = 5000;
const HEAD_MILLISECONDS = 30_000;
const LONGEST_POLL = 25;
const REBUILD_WAIT = 10_000;
const MOST_SWAPS = 1000;

/**
 * Keeps one read model up to date: one event after the other, in batches, from its checkpoint on, in one process at
 * a time, under a lease. What it does is kept together with how far it has come, so that whatever dies when, no
 * event is left out and none counts twice.
 */
export class ProjectionRunner<D extends { readonly id: string }> {
  private current: ProjectionStatus;
  /** What older versions left behind is dropped once, when this one has taken their place. */
  private caughtUpBuild: number | undefined;
  /** The end of the log when this process first looked how far another one is. */
  private headAtFirst: Position | undefined;
  private readonly leaseName: string;
  private readonly leaseMilliseconds: number;

  constructor(
    private readonly store: ReadStore,
    private readonly events: EventStore,
    private readonly codec: EventCodec,
    readonly projection: Projection<D>,
    private readonly options: ProjectionRunnerOptions = {},
  ) {
    const { name, version, signature } = shapeOf(projection.collection);
    const indexes = createHash('sha256').update(signature).digest('hex').slice(0, 8);
    // Programs of different versions write builds of their own, at the same time.
    this.leaseName = `projection ${name} ${version} ${indexes}`;
    this.leaseMilliseconds = options.leaseMilliseconds ?? 5000;
    this.current = { collection: name, state: 'idle', caughtUp: false, checkpoint: undefined };
  }

  status(): ProjectionStatus {
    return this.current;
  }

  /**
   * Follows the log until `signal` is aborted, or stands by while another process does and takes over when that
   * one is gone. Resolves early, with status `stopped`, if it cannot go on.
   */
  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        const had = await this.leading(signal, async (lease, over) => {
          await this.follow(lease, over, () => (failures = 0));
        });
        if (!had) await this.standBy(signal);
      } catch (error) {
        if (error instanceof LeaseLost) continue;
        if (!isTransient(error)) {
          this.report({ state: 'stopped', reason: messageOf(error) });
          return;
        }
        failures += 1;
        this.report({ state: 'retrying', reason: messageOf(error) });
        await pause(Math.min(FIRST_RETRY * 2 ** failures, LONGEST_RETRY), signal);
      }
    }
    this.report({ state: 'idle' });
  }

  /** @throws RefusalError `READ_MODEL.OF_ANOTHER_STORE`, `READ_MODEL.AHEAD`: it was not made from this log as it is */
  async requireOurs(): Promise<void> {
    await this.requireBehindLog(await this.liveBuild());
  }

  /** Only looks how far another process has brought it, until `signal` is aborted; never writes. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.standBy(signal);
      } catch (error) {
        this.report({ state: 'retrying', reason: messageOf(error) });
        await pause(STAND_BY_MILLISECONDS, signal);
      }
    }
    this.report({ state: 'idle' });
  }

  /**
   * Brings it to what is the end of the log now, or waits for the process that does, for as long as it moves.
   * @param milliseconds how long it may stand still; default 30,000
   * @throws RefusalError `READ_MODEL.BEHIND`, `READ_MODEL.AHEAD`, `STORE.FULL`; ProjectionFailed
   */
  async runToHead(milliseconds = HEAD_MILLISECONDS): Promise<void> {
    const { head, checkpoint } = await this.requireBehindLog(await this.liveBuild());
    if (head === undefined || (checkpoint !== undefined && checkpoint >= head)) return;
    for (let reached = checkpoint; ;) {
      try {
        return await this.upTo(head, milliseconds);
      } catch (error) {
        const before = reached;
        reached = await this.checkpoint();
        if (!isBehind(error) || reached === before) throw error;
      }
    }
  }

  /**
   * Resolves once everything up to `position` is in: brought in here if nobody holds the lease, else by its holder.
   * @throws RefusalError `READ_MODEL.BEHIND` after `milliseconds`, `STORE.FULL`; ProjectionFailed
   */
  async upTo(position: Position, milliseconds = UP_TO_MILLISECONDS): Promise<void> {
    const deadline = performance.now() + milliseconds;
    for (let wait = 1; ; wait = Math.min(wait * 2, LONGEST_POLL)) {
      const checkpoint = await this.checkpoint();
      if (checkpoint !== undefined && checkpoint >= position) return;
      const left = deadline - performance.now();
      if (left <= 0) throw behind(this.current.collection, position, checkpoint);
      try {
        const head = (await this.events.head()) ?? 0n;
        const hasMore = head > (checkpoint ?? 0n);
        const signal = AbortSignal.timeout(Math.ceil(left));
        const had =
          hasMore &&
          (await this.leading(signal, async (lease, over) => {
            await this.catchUpLive(lease, over);
          }));
        if (had) continue;
      } catch (error) {
        const passes = error instanceof LeaseLost || error instanceof BuildRetired;
        if (!passes && !(isTransient(error) && error.refusal.kind === 'busy')) throw error;
      }
      await pause(wait);
    }
  }

  /**
   * Builds it anew from the beginning of the log, beside the live one, which goes on serving and being kept up to
   * date; then swaps. A runner of the replaced build goes on with the new one.
   * @throws RefusalError `READ_MODEL.REBUILDING` another process does, `STORE.FULL`; ProjectionFailed. The live one
   *   is as it was then.
   */
  async rebuild(
    options: {
      readonly onProgress?: (progress: RebuildProgress) => void;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<void> {
    const signal = options.signal ?? new AbortController().signal;
    const lease = {
      name: `rebuild ${this.current.collection}`,
      milliseconds: this.leaseMilliseconds,
      signal,
    };
    // One that was killed holds its lease a little longer.
    const deadline = performance.now() + Math.max(REBUILD_WAIT, 2 * this.leaseMilliseconds);
    while (!(await underLease(this.store, lease, (held, over) => this.buildBeside(held, over, options)))) {
      if (performance.now() > deadline) throw rebuilding(this.current.collection);
      await pause(LONGEST_POLL * 4, signal);
      signal.throwIfAborted();
    }
    signal.throwIfAborted();
  }

  /** Work on the live build, unless another process does; `false` then. */
  private leading(
    signal: AbortSignal,
    work: (lease: Lease, over: AbortSignal) => Promise<void>,
  ): Promise<boolean> {
    const { leaseName: name, leaseMilliseconds: milliseconds } = this;
    return underLease(this.store, { name, milliseconds, signal }, work);
  }

  private async standBy(signal: AbortSignal): Promise<void> {
    const checkpoint = await this.checkpoint();
    // Not the head of now: while people are at work it is always a little ahead.
    this.headAtFirst ??= (await this.events.head()) ?? 0n;
    const isThere = (checkpoint ?? 0n) >= this.headAtFirst;
    this.report({ state: 'standing-by', checkpoint, caughtUp: this.current.caughtUp || isThere });
    await pause(STAND_BY_MILLISECONDS, signal);
  }

  /** Goes on with the next build when the one it writes has been replaced. */
  private async follow(lease: Lease, signal: AbortSignal, begun: () => void): Promise<void> {
    while (!signal.aborted) {
      try {
        this.report({ state: 'catching-up' });
        const writer = await this.catchUpLive(lease, signal);
        if (writer === undefined) return;
        begun();
        await writer.follow(this.events, this.pageSize, signal, (checkpoint) => {
          this.report({ state: 'following', checkpoint });
        });
      } catch (error) {
        if (!(error instanceof BuildRetired)) throw error;
      }
    }
  }

  /** @returns `undefined` if told to stop before it was there */
  private async catchUpLive(lease: Lease, signal: AbortSignal): Promise<BuildWriter<D> | undefined> {
    const build = await this.liveBuild();
    const writer = this.writer(build, lease);
    await this.requireBehindLog(build);
    await writer.catchUp(this.events, this.pageSize, signal);
    if (signal.aborted) return undefined;
    if (this.caughtUpBuild !== build.build) {
      await this.store.dropOlder(build, lease);
      this.caughtUpBuild = build.build;
    }
    const checkpoint = await this.store.checkpoint(build);
    const state = this.current.state === 'catching-up' ? { state: 'following' as const } : {};
    this.report({ ...state, caughtUp: true, checkpoint });
    return writer;
  }

  private async buildBeside(
    lease: Lease,
    signal: AbortSignal,
    { onProgress }: { readonly onProgress?: (progress: RebuildProgress) => void },
  ): Promise<void> {
    const mayGoBack = await this.isAheadOfLog();
    const build = await this.store.startBuild(this.projection.collection, this.events.identity.id, lease);
    const writer = this.writer(build, lease);
    let done = 0;
    try {
      // The live one goes on meanwhile: each round has less to catch up with than the one before.
      for (let round = 0; !signal.aborted; round += 1) {
        await writer.catchUp(
          this.events,
          this.options.rebuildPageSize ?? 4000,
          signal,
          (events, position, head) => {
            done += events;
            onProgress?.({ events: done, position, head });
          },
        );
        if (!signal.aborted && (await this.store.swap(build, lease, { mayGoBack }))) return;
        if (round >= MOST_SWAPS) throw rebuilding(this.current.collection);
      }
      await this.store.abandon(build, lease);
    } catch (error) {
      // If this fails too, the next rebuild drops it.
      await this.store.abandon(build, lease).catch(() => undefined);
      throw error;
    }
  }

  /** Whether the live build has seen what is no longer in the log, or was never in this one. */
  private async isAheadOfLog(): Promise<boolean> {
    try {
      const checkpoint = await this.checkpoint();
      return checkpoint !== undefined && checkpoint > ((await this.events.head()) ?? 0n);
    } catch (error) {
      if (isOfAnotherStore(error)) return true;
      throw error;
    }
  }

  /** @returns also the head of the log, read after the checkpoint: others append and apply meanwhile */
  private async requireBehindLog(
    build: Build,
  ): Promise<{ readonly checkpoint: Position | undefined; readonly head: Position | undefined }> {
    const checkpoint = await this.store.checkpoint(build);
    const head = await this.events.head();
    requireBehind(this.current.collection, checkpoint, head);
    return { checkpoint, head };
  }

  private writer(build: Build, lease: Lease): BuildWriter<D> {
    return new BuildWriter(this.store, this.codec, this.projection, build, lease);
  }

  private liveBuild(): Promise<Build> {
    return this.store.liveBuild(this.projection.collection, this.events.identity.id);
  }

  private async checkpoint(): Promise<Position | undefined> {
    return this.store.checkpoint(await this.liveBuild());
  }

  private get pageSize(): number {
    return this.options.pageSize ?? 500;
  }

  private report(news: Partial<ProjectionStatus>): void {
    const { reason: _, ...rest } = this.current;
    this.current = { ...rest, ...news };
  }
}

function messageOf(error: unknown): string {
  if (error instanceof RefusalError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
