import { refusal, RefusalError } from '#kernel';

/** No setting has 10,000 teachers; four places are more than any census publishes. */
const FTE = /^(0|[1-9]\d{0,3})(\.\d{1,4})?$/;
export const FTE_RULE = 'must be a number such as 23.4: not negative, below 10,000, at most 4 decimal places';

/** How the school workforce census marks a figure that it does not give: unknown, never 0. */
export const SUPPRESSED = ['x', 'c', 'z'] as const;

export function isFte(text: string): boolean {
  return FTE.test(text);
}

/**
 * A number of full-time equivalent teachers, kept as the exact decimal that was published.
 * @throws RefusalError `FTE.NOT_A_NUMBER` naming `field`
 */
export function parseFte(text: string, field = 'fte'): string {
  if (isFte(text)) return text;
  throw new RefusalError(
    refusal('FTE.NOT_A_NUMBER', 'invalid', `${field} '${text.slice(0, 40)}' ${FTE_RULE}`, { field }),
  );
}

/**
 * `23.4` → `234000n`: exact, so that money worked out from it is.
 * @throws RefusalError `FTE.NOT_A_NUMBER`
 */
export function fteInTenThousandths(fte: string): bigint {
  const [whole = '', fraction = ''] = parseFte(fte).split('.');
  return BigInt(whole + fraction.padEnd(4, '0'));
}

/** Whether two figures say the same, such as `23.4` and `23.40`; unknown is the same as unknown. */
export function isSameFte(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return fteInTenThousandths(one) === fteInTenThousandths(other);
}
