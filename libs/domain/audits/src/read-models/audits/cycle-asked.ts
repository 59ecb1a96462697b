import { refusal, RefusalError } from '#kernel';

/**
 * The `cycle` of a query string.
 * @throws RefusalError `AUDIT.CYCLE`
 */
export function cycleAsked(text: string | undefined): { readonly cycle?: number } {
  if (text === undefined) return {};
  if (/^[1-9]\d?$/.test(text)) return { cycle: Number(text) };
  throw new RefusalError(
    refusal('AUDIT.CYCLE', 'invalid', 'cycle must be a whole number from 1', { field: 'cycle' }),
  );
}
