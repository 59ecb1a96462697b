import { instantFromMillis, millisOf, type Instant } from '#kernel';
import { definePolicy } from '#platform/jobs';
import { MOVE_MONEY } from '../read-models/funding-ledger/entries.js';
import { ALERT_BREACHES } from '../read-models/ledger-check/alert-breaches/alert-breaches.job.js';

const HOUR = 3_600_000;
/** An alert about a programme that was looked at in a later hour says nothing more. */
const WORTH_HOURS = 48;

/** The end of the hour in which something was recorded. */
function endOfHour(recordedAt: Instant): number {
  return (Math.floor(millisOf(recordedAt) / HOUR) + 1) * HOUR;
}

/** Whenever money moves, the identities are looked at once the hour is over: however much moves in it, once. */
export const alertBreaches = definePolicy({
  name: 'alert-ledger-breaches',
  handles: MOVE_MONEY,
  enqueues: [ALERT_BREACHES],
  react: ({ data: { programmeId }, metadata }) => {
    const end = endOfHour(metadata.recordedAt);
    const hour = instantFromMillis(end).slice(0, 13).replace(/\D/g, '');
    return [
      {
        enqueue: {
          id: `${ALERT_BREACHES}.${programmeId}.${hour}`,
          kind: ALERT_BREACHES,
          payload: { programmeId },
          runAt: instantFromMillis(end),
          notAfter: instantFromMillis(end + WORTH_HOURS * HOUR),
        },
      },
    ];
  },
});
