import type { Action, Turn } from '#domain/programme';
import type { WorkItem } from '#domain/work-lists';
import { dayIn } from '../day-in.js';

/** What an item's id says beside programme and setting: window, cycle, tranche or reclaim, and the run of a payment. */
interface Of {
  readonly item: WorkItem;
  /** `<programme> <urn>`, as most commands take it. */
  readonly part: string;
  readonly number: string;
  readonly run: string;
  /** `<programme>.<urn>.<number>` */
  readonly tranche: string;
}

/** What is typed to do it; what stands in capitals is for whoever types it. */
const COMMANDS: Readonly<Record<Action, (of: Of) => string>> = {
  'answer-invitation': ({ item, part }) =>
    `enrol ${item.programmeId} ${item.urn} --role setting; participation decline ${part} --reason TEXT`,
  'do-due-diligence': ({ part }) => `participation due-diligence ${part} FILE`,
  'assess-fraud-risk': ({ part }) => `participation fraud-risk ${part} FILE`,
  'issue-agreement': ({ item }) => `agreement issue ${item.programmeId} FILE`,
  'sign-agreement': ({ part }) => `participation sign-agreement ${part} FILE`,
  'review-finances': ({ part }) => `participation financial-review ${part} FILE`,
  'decide-continuity': ({ part }) => `participation decide-continuity ${part} FILE`,
  'name-successor': ({ part }) => `participation decide-continuity ${part} FILE`,
  'let-take-over': ({ item }) => {
    const named = /^let setting (\d+) /.exec(item.toDo)?.[1] ?? 'NEW_URN';
    return `participation take-over ${item.programmeId} ${named} --from ${item.urn}`;
  },
  'enter-fte': ({ item }) => `fte enter ${item.urn} FTE DOCUMENT --counted-on DATE --note TEXT`,
  'verify-fte': ({ item }) => `fte show ${item.urn}; fte verify ${item.urn} --entry ID`,
  'start-audit': ({ part, number }) => `audit start ${part} --cycle ${number}`,
  'complete-audit': ({ part, number }) => `audit complete ${part} FILE --cycle ${number} --role setting`,
  'sign-off-audit': ({ part, number }) => `audit sign-off ${part} --cycle ${number}`,
  'submit-plan': ({ part }) => `plan submit ${part} FILE`,
  'approve-plan': ({ part }) => `plan show ${part}; plan approve ${part}`,
  'approve-variation': ({ part }) => `plan diff ${part}; plan approve-variation ${part}`,
  'mend-variation': ({ part }) => `plan vary ${part} FILE`,
  'vary-plan': ({ part }) => `plan vary ${part} FILE`,
  'submit-report': ({ part, number }) => `report submit ${part} ${number} FILE`,
  'judge-report': ({ part, number }) =>
    `report show ${part} ${number}; report accept ${part} ${number} --revision REVISION`,
  'extend-deadline': ({ item, number }) =>
    `deadline extend ${item.programmeId} ${number} --urn ${item.urn} --due-on DATE --reason TEXT`,
  'adopt-round': ({ item }) => `round simulate ${item.programmeId}`,
  'make-offer': ({ part }) => `offer make ${part}`,
  'see-round-offer': () => 'jobs --status dead',
  'answer-offer': ({ part }) => `offer accept ${part}`,
  'revise-allocation': ({ part }) => `offer revise ${part} --reason TEXT`,
  'propose-tranche': ({ tranche }) => `tranche propose ${tranche}`,
  'approve-tranche': ({ tranche }) => `tranche approve ${tranche}`,
  'revoke-approval': ({ tranche }) => `tranche revoke-approval ${tranche} --reason TEXT`,
  'withdraw-proposal': ({ tranche }) => `tranche withdraw-proposal ${tranche} --reason TEXT`,
  'release-tranche': ({ tranche }) => `tranche release ${tranche}`,
  'resume-tranche': ({ tranche }) => `tranche resume ${tranche} --reason TEXT`,
  'reverse-release': ({ tranche }) => `tranche reverse-release ${tranche} --reason TEXT`,
  'propose-reclaim': ({ tranche }) => `reclaim propose ${tranche} PENCE --reason TEXT`,
  'approve-reclaim': ({ part, number }) => `reclaim approve ${part} ${number}`,
  'withdraw-reclaim': ({ part, number }) =>
    `reclaim withdraw ${part} ${number} --outcome mistake --reason TEXT`,
  'pay-back': ({ part, number }) => `reclaim receive ${part} ${number} PENCE --reference TEXT`,
  'settle-allocation': ({ part }) => `settlement ${part}`,
  'close-allocation': ({ item, part }) => {
    const where = item.toDo.includes('--undrawn') ? ' --undrawn to-fund|to-successor' : '';
    return `settlement ${part}; allocation close ${part}${where} --reason TEXT`;
  },
  'enter-payee': ({ item }) => `payee enter ${item.urn} FILE`,
  'verify-payee': ({ item }) => `payee show ${item.urn}; payee verify ${item.urn} --reference REFERENCE`,
  'make-payment-run': ({ item }) => `payment-run make ${item.programmeId}`,
  'release-payment-run': ({ item, run }) => `payment-run release ${item.programmeId} ${run} --sha256 HASH`,
  'discard-payment-run': ({ item, run }) => `payment-run discard ${item.programmeId} ${run} --reason TEXT`,
  'reverse-payment': ({ item, tranche }) =>
    `payment reverse ${item.programmeId} ${tranche} --becomes failed --reason TEXT`,
  'pay-tranche': ({ item, run }) => `bank-response import ${item.programmeId} ${run} FILE`,
  'clear-up-payment': ({ item, run, tranche }) =>
    `explain payment ${tranche}; bank-response import ${item.programmeId} ${run} FILE; payment reverse ${item.programmeId} ${tranche} --becomes failed --reason TEXT`,
  'resume-programme': ({ item }) => `programme resume ${item.programmeId} --reason TEXT`,
  'close-programme': ({ item }) => `programme close ${item.programmeId} --reason TEXT`,
};

/** The command of `ops` that does what an item wants done, or that shows what it takes. */
export function commandFor(item: WorkItem): string {
  const { id, programmeId, urn } = item;
  const [number = '', run = ''] = id
    .slice(`${programmeId}.${urn}.`.length)
    .replace('reclaim-', '')
    .split('.');
  const tranche = `${programmeId}.${urn}.${number}`;
  return COMMANDS[item.action]({ item, part: `${programmeId} ${urn}`, number, run, tranche });
}

/** `setting: submit report 1, since 2024-09-01, until 2024-12-13`; empty where it is nobody's turn. */
export function turnInWords({ next, nextIs, nextSince, nextUntil }: Turn): string {
  if (next === null) return '';
  const since = nextSince === null ? '' : `, since ${dayIn(nextSince)}`;
  return `${next}: ${nextIs}${since}${nextUntil === null ? '' : `, until ${nextUntil}`}`;
}
