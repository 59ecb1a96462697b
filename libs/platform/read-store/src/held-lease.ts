import { randomId, RefusalError } from '#kernel';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { LeaseLost, type Lease, type ReadStore } from './read-store.js';

/** Resolves after so long, or as soon as `signal` is aborted. Never rejects. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}

/** What may be over in a moment. */
export function isTransient(error: unknown): error is RefusalError {
  if (!(error instanceof RefusalError) || error.code === 'STORE.CLOSED') return false;
  return ['busy', 'full', 'unavailable'].includes(error.refusal.kind);
}

export interface LeaseOptions {
  readonly name: string;
  /** Renewed three times in this time; whoever dies keeps others out for at most as long. */
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/**
 * Does some work while holding a lease, renewing it. Each go is a holder of its own: two in one process exclude
 * each other as two processes do.
 * @param work is told by its signal to stop: because `signal` said so, or because the lease was lost
 * @returns false if another holds it; otherwise true, once `work` has ended
 * @throws what `work` throws; LeaseLost
 */
export async function underLease(
  store: ReadStore,
  { name, milliseconds, signal }: LeaseOptions,
  work: (lease: Lease, signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const holder = `${hostname()}:${process.pid}:${randomId()}`;
  const lease = await store.acquireLease(name, holder, milliseconds);
  if (lease === undefined) return false;
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const renewing = renew(store, lease, milliseconds, over);
  try {
    await work(lease, either);
  } finally {
    over.abort();
    const lost = await renewing;
    // If this fails, the lease runs out by itself.
    if (!lost) await store.releaseLease(lease).catch(() => undefined);
  }
  if (await renewing) throw new LeaseLost(lease);
  return true;
}

/** @returns whether the lease was lost; `over` is aborted then */
async function renew(
  store: ReadStore,
  lease: Lease,
  milliseconds: number,
  over: AbortController,
): Promise<boolean> {
  for (;;) {
    await pause(milliseconds / 3, over.signal);
    if (over.signal.aborted) return false;
    // Not knowing is not having lost it: every write asks again.
    const held = await store.renewLease(lease, milliseconds).catch(() => true);
    if (held) continue;
    over.abort();
    return true;
  }
}
