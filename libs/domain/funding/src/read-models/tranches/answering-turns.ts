import { isEnded, turnOf, type ParticipationDocument, type Turn } from '#domain/programme';
import { dateInLondon, formatPence, later, type Instant } from '#kernel';
import { answeringAround } from './accounts-around.js';
import type { Around } from './around.js';
import { askBack, isClosed, seeWhatWasSpent } from './settling-turns.js';

/**
 * What waits on a setting that answers for money of a part that it took over, that the board decided to reclaim, or of which it
 * accounts for less since its allocation was closed, where nothing else of it waits that would account for that: no allocation of
 * its own is still to be drawn or closed, and no report is still to come.
 */
export function answeringTurn(
  { urn, part, wasTakenOver }: ParticipationDocument,
  around: Around,
): Turn | undefined {
  if (wasTakenOver || !('takenOver' in part)) return undefined;
  const reclaimed = part.status === 'reclaimed';
  const allocation = around.allocationOf(urn);
  if (allocation.status === 'offered' || allocation.status === 'accepted') return undefined;
  const today = dateInLondon(around.now);
  const { reports } = around.setting(urn);
  const toCome = reports.some(({ status, closesOn }) => {
    if (status === 'awaited') return closesOn >= today;
    return status !== 'accepted' && status !== 'partly-accepted';
  });
  // In a programme that is closed no report is waited for.
  if (!isEnded(part) && toCome && !isClosed(around)) return undefined;
  const amountPence = answeringAround(around).answersForPence(urn);
  if (amountPence === 0) return undefined;
  const others = part.takenOver
    .map(({ from }) => `${around.nameOf(from.urn, from.settingName)} (${from.urn})`)
    .join(', ');
  const taken = `see what was spent of the ${formatPence(amountPence)} that came to it with the part of ${others}, and ask back what was not`;
  const unspent = others === '' ? seeWhatWasSpent(amountPence) : taken;
  const times = [
    ...part.takenOver.map(({ fact }) => fact.occurredAt),
    ...(isEnded(part) ? [part.statusBy.occurredAt] : []),
    ...(allocation.status === 'closed' ? [allocation.closure.occurredAt] : []),
    ...reports.flatMap(({ acceptedAt }) => (acceptedAt === null ? [] : [acceptedAt as Instant])),
  ];
  const since = times.reduce(later, part.enrolment.occurredAt);
  return turnOf('settle-allocation', reclaimed ? askBack(amountPence) : unspent, since);
}
