import type { Refusal } from '#kernel';

/** What the writer thread is started with. */
export interface WriterData {
  readonly path: string;
  readonly maxPages?: number;
  readonly busyMilliseconds: number;
  /** Channel on which the thread tells, after each commit, that there is something new. */
  readonly channel: string;
}

/**
 * One append on its way to the writer thread. Flat and already serialised, because copying it between threads is
 * most of what group commit costs beside SQLite itself.
 */
export interface AppendRequest {
  readonly stream: string;
  /** -1 stands for "no stream". */
  readonly expected: number;
  /** id, type, data and metadata of each event, one after another. */
  readonly fields: readonly string[];
}

export const FIELDS_PER_EVENT = 4;

export type ToWriter =
  | { readonly kind: 'append'; readonly requests: readonly AppendRequest[] }
  | { readonly kind: 'durability' }
  | { readonly kind: 'close' };

/** Why one append was not written. */
export type Failure =
  | { readonly kind: 'conflict'; readonly actual: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'failed'; readonly message: string };

/** Revision and position of the last event, -1 when there is none; or why not. */
export type AppendReply = readonly [revision: number, position: number] | Failure;

/** How the connection that appends is set, as SQLite itself says. */
export interface Durability {
  /** `wal` */
  readonly journalMode: string;
  /** 0 off, 1 normal, 2 full, 3 extra */
  readonly synchronous: number;
}

/** Replies come in the order of the requests; those of one message were committed together. */
export type FromWriter =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unusable'; readonly refusal: Refusal }
  | { readonly kind: 'appended'; readonly replies: readonly AppendReply[] }
  | { readonly kind: 'durability'; readonly durability: Durability }
  | { readonly kind: 'closed' };

/** Commits are told to every thread of the process that has the same file open, under whatever name. */
export function channelOf(realPath: string): string {
  return `tranche-events:${realPath}`;
}
