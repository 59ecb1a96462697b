import { refusal, RefusalError } from '#kernel';

const LONGEST_NAME = 200;

/**
 * The base name under which a file is cited, whatever path it was given with.
 * @throws RefusalError `IMPORT.FILE_NAME`
 */
export function fileNameFrom(path: unknown): string {
  const name = typeof path === 'string' ? (path.split(/[/\\]/).at(-1) ?? '').trim() : '';
  if (name !== '' && name.length <= LONGEST_NAME && !/[\u0000-\u001f\u007f]/.test(name)) return name;
  throw new RefusalError(
    refusal(
      'IMPORT.FILE_NAME',
      'invalid',
      `file must be the name of the file, at most ${LONGEST_NAME} characters: what is imported is cited by it`,
      { field: 'file' },
    ),
  );
}
