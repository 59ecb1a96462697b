import { LARGEST_FILE_BYTES } from '#platform/csv';
import { refusal, RefusalError } from '#kernel';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';

/**
 * Reads a file that somebody named.
 * @param tooLarge what to throw, told the size in bytes, for one of more than `largestBytes`
 * @throws RefusalError `OPS.FILE` for a folder or device; Node's own error, which names the path, if it cannot be read
 */
export async function readInput(
  path: string,
  largestBytes: number,
  tooLarge: (size: number) => RefusalError,
): Promise<Buffer> {
  const found = await stat(path);
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'is a folder: name a file in it' : 'is not a file';
    throw new RefusalError(refusal('OPS.FILE', 'invalid', `${path} ${what}`, { path }));
  }
  if (found.size > largestBytes) throw tooLarge(found.size);
  return readFile(path);
}

/** @throws RefusalError `IMPORT.TOO_LARGE`, and as {@link readInput} */
export function importedFile(path: string): Promise<Buffer> {
  return readInput(
    path,
    LARGEST_FILE_BYTES,
    (size) =>
      new RefusalError(
        refusal(
          'IMPORT.TOO_LARGE',
          'invalid',
          `${path} is not imported: it is larger than ${LARGEST_FILE_BYTES / 1024 / 1024} MiB`,
          { file: basename(path), size },
        ),
      ),
  );
}
