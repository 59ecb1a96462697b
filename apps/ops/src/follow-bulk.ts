import { ShowBulk, type BulkAnswer, type BulkShown } from '#domain/bulk';
import { setTimeout as pause } from 'node:timers/promises';
import type { OpsSession } from './session.js';

const LOOK_AGAIN_MILLISECONDS = 250;
/**
 * Should nothing happen for so long, then nobody is at it. Longer than a job stays held by one who was killed, after
 * which this process takes it.
 */
const PATIENCE_MILLISECONDS = 30_000;

const IS_OVER: ReadonlySet<BulkAnswer['status']> = new Set(['finished', 'refused', 'stopped']);

/** Has what was confirmed carried out, by this process or the worker that took its job, and shows how far it is. */
export async function followBulk(ops: OpsSession, confirmed: BulkAnswer): Promise<BulkAnswer> {
  if (!ops.waits) return confirmed;
  const { programmeId, token, action, rows } = confirmed;
  const stepsOf = (one: BulkAnswer): number => one.lookedAtAgain + one.carriedOut;
  const progress = ops.progress(`Bulk ${action}: rows looked at again and carried out`, rows * 2);
  let answer = confirmed;
  let atIt = true;
  const shown = Promise.withResolvers<void>();
  const settled = ops.settle(shown.promise).finally(() => (atIt = false));
  // Awaited below: until then nobody else hears of it.
  settled.catch(() => undefined);
  try {
    progress.advance(stepsOf(answer));
    for (let idle = 0; !IS_OVER.has(answer.status) && idle < PATIENCE_MILLISECONDS;) {
      await pause(LOOK_AGAIN_MILLISECONDS);
      const now = (await ops.queries.execute<ShowBulk, BulkShown>(new ShowBulk({ programmeId, token })))
        .answer;
      const made = stepsOf(now) - stepsOf(answer);
      progress.advance(made);
      answer = now;
      idle = made > 0 || atIt ? 0 : idle + LOOK_AGAIN_MILLISECONDS;
    }
  } finally {
    progress.done();
    shown.resolve();
  }
  await settled;
  return answer;
}
