import { refusal, RefusalError } from '#kernel';
import type { ExpectedRevision } from '../event-store.js';

/** What went wrong with a call, as far as one can act on it. */
export type Failure =
  | { readonly kind: 'conflict'; readonly actual: ExpectedRevision }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'no-such-stream' }
  | { readonly kind: 'denied' }
  /** Worth trying again; `sent` when an append may have reached the server. */
  | { readonly kind: 'passing'; readonly sent: boolean }
  | { readonly kind: 'final' };

const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const ABORTED = 10;
const INTERNAL = 13;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;
/** Internal errors are what is left of a connection that broke in the middle of a frame. */
const PASSING_CODES = [CANCELLED, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNAVAILABLE];
const PASSING_TYPES = ['unavailable', 'deadline-exceeded', 'timeout', 'cancelled', 'not-leader'];

/** How gRPC and cluster discovery say that the call has never left this machine. */
const NEVER_SENT = /No connection established|Name resolution failed|Failed to discover/;

interface ClientError {
  readonly type?: string;
  readonly code?: unknown;
  readonly message?: string;
  readonly actualVersion?: bigint | 'no_stream';
}

/** The client is silent for longer than it ever should be. */
export class Silence extends Error {
  readonly type = 'deadline-exceeded';
}

/** The client's errors come in three shapes: of the unary call, of the stream of batches, and of gRPC itself. */
export function failureFrom(error: unknown): Failure {
  const { type, code, message = '', actualVersion } = (error ?? {}) as ClientError;
  // Its message is empty, and the revision it gives is the server's word.
  if (type === 'wrong-expected-version') {
    return { kind: 'conflict', actual: typeof actualVersion === 'bigint' ? actualVersion : 'no-stream' };
  }
  if (type === 'stream-not-found') return { kind: 'no-such-stream' };
  if (type === 'maximum-append-size-exceeded' || code === RESOURCE_EXHAUSTED) return { kind: 'too-large' };
  if (type === 'access-denied' || code === UNAUTHENTICATED || code === PERMISSION_DENIED) {
    return { kind: 'denied' };
  }
  const neverSent = NEVER_SENT.test(message);
  if (neverSent || PASSING_CODES.includes(code as number) || PASSING_TYPES.includes(type ?? '')) {
    return { kind: 'passing', sent: !neverSent && type !== 'not-leader' };
  }
  return { kind: 'final' };
}

/** What the client said, with no more in it than it may show: never an address with a password. */
export function wordsOf(error: unknown): string {
  const { type, code, message } = (error ?? {}) as ClientError;
  return [type, typeof code === 'number' ? `gRPC ${code}` : undefined, message]
    .filter((part) => part !== undefined && part !== '')
    .join(': ');
}

export function unavailable(hosts: string, why: unknown): RefusalError {
  return new RefusalError(
    refusal(
      'STORE.UNAVAILABLE',
      'unavailable',
      `EventStoreDB at ${hosts} does not answer (${wordsOf(why)}); nothing was written, try again`,
      { engine: 'EventStoreDB', hosts },
    ),
  );
}

export function denied(hosts: string): RefusalError {
  return new RefusalError(
    refusal(
      'STORE.ACCESS_DENIED',
      'unavailable',
      `EventStoreDB at ${hosts} does not accept the credentials in EVENTSTORE_URL; nothing was written`,
      { engine: 'EventStoreDB', hosts },
    ),
  );
}
