import type { RoundRow } from '#domain/funding';
import { counted, formatPence } from '#kernel';
import type { GlobalOptions } from '../session.js';
import { typedNext } from '../typed-next.js';

/** How far a round is, and what is left of it to do. */
export function roundInWords(round: RoundRow, said: GlobalOptions): string {
  const { settings, offered, offeredPence, totalPence, notOffered, reasons, freedPence, revised } = round;
  const since =
    revised === 0
      ? ''
      : `, of which ${revised} ${revised === 1 ? 'was' : 'were'} revised since: the ledger has the amounts`;
  const head = `Round ${round.round}, adopted by ${round.adoptedBy}: ${formatPence(totalPence)} set aside for ${counted(settings, 'setting')}; ${counted(offered, 'offer')} made, for which ${formatPence(offeredPence)} was set aside${since}.`;
  if (round.status === 'offering') return [head, ...waitingInWords(round, said)].join('\n');
  if (notOffered === 0) return `${head} Every setting has its offer.`;
  return [
    head,
    `  ${notOffered} could not be made, and ${formatPence(freedPence)} is available again:`,
    ...reasons.map(({ urn, amountPence, reason }) => `  ${urn}  ${formatPence(amountPence)}  ${reason}`),
  ].join('\n');
}

/** What is left of a round to be offered: at once, where it was broken off; once a setting is checked, or with a revision. */
function waitingInWords(round: RoundRow, said: GlobalOptions): readonly string[] {
  const { programmeId, hash, notOffered, toRevise, toOffer, waiting } = round;
  const again = typedNext(['round', 'adopt', programmeId, '--hash', hash], said);
  return [
    ...(toOffer > 0
      ? [
          `  ${toOffer} still to be offered: a running server goes on with it, or the same again does:\n    ${again}`,
        ]
      : []),
    ...(waiting > 0 || (toRevise.length === 0 && toOffer === 0)
      ? [
          `  ${waiting} ${waiting === 1 ? 'waits' : 'wait'} with the money set aside, each until its due diligence and fraud risk are checked, and no decision of the board or pause is in the way; ops rounds ${programmeId} says how far it is.`,
        ]
      : []),
    ...(notOffered === 0
      ? []
      : [
          `  ${counted(notOffered, 'offer')} will not be made; the money for that is available again once no other waits.`,
        ]),
    ...toRevise.map((share) => `  ${share.urn}  ${toReviseInWords(programmeId, share, said)}`),
  ];
}

function toReviseInWords(
  programmeId: string,
  share: RoundRow['toRevise'][number],
  said: GlobalOptions,
): string {
  const { urn, amountPence, fte, fteNow, missingChecks } = share;
  const since = `${formatPence(amountPence)} was set aside by ${fte} teachers, corrected since`;
  if (fteNow === null) return `${since}: it waits until how many it has is entered and verified`;
  const revision = `${since} to ${fteNow}: it waits for its revision`;
  return missingChecks.length > 0
    ? `${revision}, and before that: ${missingChecks.join('; ')}`
    : `${revision}: ${typedNext(['offer', 'revise', programmeId, urn, '--reason', 'TEXT'], said)}`;
}
