import { isEnded, turnOf, type ParticipationDocument, type Turn } from '#domain/programme';
import { dateInLondon, formatPence, later } from '#kernel';
import { answeringAround } from './accounts-around.js';
import type { Around } from './around.js';
import { askBack } from './settling-turns.js';

/**
 * What waits on a setting that answers for money of a part that it took over, or that the board decided to reclaim, where nothing else of it waits that would account for
 * that: no allocation of its own is still to be drawn or closed, and no report is still to come.
 */
export function answeringTurn(
  { urn, part, wasTakenOver }: ParticipationDocument,
  around: Around,
): Turn | undefined {
  if (wasTakenOver || !('takenOver' in part)) return undefined;
  const reclaimed = part.status === 'reclaimed';
  if (part.takenOver.length === 0 && !reclaimed) return undefined;
  const { allocation } = around.allocations.find((one) => one.urn === urn) ?? {};
  if (allocation?.status === 'offered' || allocation?.status === 'accepted') return undefined;
  const today = dateInLondon(around.now);
  const toCome = around.setting(urn).reports.some(({ status, closesOn }) => {
    if (status === 'awaited') return closesOn >= today;
    return status !== 'accepted' && status !== 'partly-accepted';
  });
  if (!isEnded(part) && toCome) return undefined;
  const amountPence = answeringAround(around).answersForPence(urn);
  if (amountPence === 0) return undefined;
  const others = part.takenOver.map(({ from }) => `${from.settingName} (${from.urn})`).join(', ');
  const taken = `see what was spent of the ${formatPence(amountPence)} that came to it with the part of ${others}, and ask back what was not`;
  const facts = [...part.takenOver.map(({ fact }) => fact), ...(isEnded(part) ? [part.ending] : [])];
  const since = facts.map(({ occurredAt }) => occurredAt).reduce(later);
  return turnOf('settle-allocation', reclaimed ? askBack(amountPence) : taken, since);
}
