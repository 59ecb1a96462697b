import type { JsonObject } from './json.js';

/**
 * What kind of "no" a refusal is. The domain says which; only the HTTP and command-line edges translate it
 * to a status or an exit code.
 */
export const REFUSAL_KINDS = [
  'invalid', // the request itself breaks a rule: a field is missing, malformed or out of range
  'not-found', // it names something that does not exist
  'wrong-state', // it is well formed, but not now: the thing is not in a state that allows it
  'not-allowed', // not by this person: role or separation of duties
  'stale', // it was decided on a revision that is no longer the latest
  'busy', // another process is in the way; the same request may succeed later
  'unavailable', // an engine does not answer
  'full', // an engine has no room left; nothing was written
] as const;
export type RefusalKind = (typeof REFUSAL_KINDS)[number];

/** A typed "no": a permanent code such as `TRANCHE.REPORT_NOT_ACCEPTED`, and a sentence for the person at the desk. */
export interface Refusal {
  readonly refused: true;
  readonly code: string;
  readonly kind: RefusalKind;
  readonly message: string;
  readonly details: JsonObject;
}

export function refusal(code: string, kind: RefusalKind, message: string, details: JsonObject = {}): Refusal {
  return { refused: true, code, kind, message, details };
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as { refused?: unknown }).refused === true;
}

/** Carries a refusal out of code that returns something else when it succeeds. Nothing was written. */
export class RefusalError extends Error {
  override readonly name = 'RefusalError';
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
  get code(): string {
    return this.refusal.code;
  }
}
