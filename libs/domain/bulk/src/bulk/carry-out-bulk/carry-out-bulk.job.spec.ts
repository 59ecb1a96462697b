import { expect, it } from '@jest/globals';
import { CarryOutBulk } from './carry-out-bulk.job.js';

it('a job that does not say what was confirmed does nothing', async () => {
  const nothing = undefined as never;
  const job = new CarryOutBulk(nothing, nothing, nothing, nothing);
  const { signal } = new AbortController();
  await expect(job.run({ payload: { token: 1 } }, signal)).rejects.toMatchObject({ code: 'BULK.MALFORMED' });
});
