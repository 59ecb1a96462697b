import { RefusalError } from '#kernel';

/** What may be over in a moment; anything else is for a person to look at. */
const TRANSIENT = new Set(['busy', 'full', 'unavailable']);

export function isTransient(error: unknown): error is RefusalError {
  return error instanceof RefusalError && TRANSIENT.has(error.refusal.kind);
}

export function messageOf(error: unknown): string {
  if (error instanceof RefusalError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
