import { refusal, RefusalError } from '#kernel';

/**
 * The `--cycle` of a command.
 * @throws RefusalError `AUDIT.CYCLE`
 */
export function cycleNumber(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new RefusalError(
    refusal('AUDIT.CYCLE', 'invalid', 'the cycle of an audit is a whole number from 1 to 99', {
      field: 'cycle',
    }),
  );
}
