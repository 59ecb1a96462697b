import type { ImportProgress } from '#domain/settings';
import type { OpsSession } from './session.js';

/** The bar appears once the file has been read and found in order so far: only then its length is known. */
export async function withImportProgress<T>(
  ops: OpsSession,
  label: string,
  work: (progress: ImportProgress) => Promise<T>,
): Promise<T> {
  let bar: ReturnType<OpsSession['progress']> | undefined;
  let shown = 0;
  try {
    const result = await work((done, total) => {
      bar ??= ops.progress(`${label}: steps of checking and writing`, total);
      bar.advance(done - shown);
      shown = done;
    });
    await ops.settle();
    return result;
  } finally {
    bar?.done();
  }
}
