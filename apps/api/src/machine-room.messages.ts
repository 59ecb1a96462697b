import type { PartState } from '../../composition/src/index.js';

/** What the HTTP side and the machine-room thread say to each other. Plain data: it is copied between threads. */

export interface RebuildState {
  readonly id: string;
  readonly collection: string | null;
  readonly status: 'waiting' | 'running' | 'done' | 'failed';
  /** Events applied so far, over all collections of this rebuild. */
  readonly eventsApplied: number;
  readonly requestedAt: string;
  readonly endedAt?: string;
  readonly failure?: string;
}

export type ToMachineRoom =
  { readonly type: 'stop' } | { readonly type: 'rebuild'; readonly rebuild: RebuildState };

export type FromMachineRoom =
  | { readonly type: 'parts'; readonly parts: Readonly<Record<string, PartState>> }
  | { readonly type: 'rebuild'; readonly rebuild: RebuildState }
  | { readonly type: 'stopped' };
