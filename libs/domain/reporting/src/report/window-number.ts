import { refusal, RefusalError } from '#kernel';

/**
 * Reads the number of a report window, from 1 to 99, as people write it in a path or on the command line.
 * @throws RefusalError `REPORT.WINDOW_NUMBER`
 */
export function windowNumber(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new RefusalError(
    refusal(
      'REPORT.WINDOW_NUMBER',
      'invalid',
      `window '${text}' must be the number of a report window, from 1`,
      {
        field: 'window',
      },
    ),
  );
}
