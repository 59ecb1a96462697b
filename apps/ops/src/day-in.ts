import { dateInLondon, parseInstant } from '#kernel';

/** The day that a calendar in London showed at a moment that a read model gives as text. */
export function dayIn(instant: string): string {
  return dateInLondon(parseInstant(instant));
}
