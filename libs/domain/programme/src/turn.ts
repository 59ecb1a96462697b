import type { Actor, Instant } from '#kernel';

/** Who can be the one that things wait for: seven desks, each with a work list of its own. */
export const DESKS = ['setting', 'adviser', 'operations', 'approver', 'payer', 'board', 'bank'] as const;
export type Desk = (typeof DESKS)[number];

/** Everything that anything can wait for, and whose it is to do. */
export const ACTIONS = {
  'answer-invitation': 'setting',
  'do-due-diligence': 'operations',
  'assess-fraud-risk': 'operations',
  'issue-agreement': 'operations',
  'sign-agreement': 'setting',
  'review-finances': 'operations',
  'decide-continuity': 'board',
  'name-successor': 'board',
  'let-take-over': 'operations',
  'enter-fte': 'operations',
  'verify-fte': 'operations',
  'start-audit': 'setting',
  'complete-audit': 'setting',
  'sign-off-audit': 'adviser',
  'submit-plan': 'setting',
  'approve-plan': 'approver',
  'approve-variation': 'approver',
  'mend-variation': 'setting',
  'vary-plan': 'setting',
  'submit-report': 'setting',
  'judge-report': 'approver',
  'extend-deadline': 'operations',
  'adopt-round': 'operations',
  'make-offer': 'operations',
  'see-round-offer': 'operations',
  'answer-offer': 'setting',
  'revise-allocation': 'operations',
  'propose-tranche': 'operations',
  'approve-tranche': 'approver',
  'revoke-approval': 'approver',
  'withdraw-proposal': 'operations',
  'release-tranche': 'payer',
  'resume-tranche': 'operations',
  'reverse-release': 'approver',
  'propose-reclaim': 'operations',
  'approve-reclaim': 'approver',
  'withdraw-reclaim': 'approver',
  'pay-back': 'setting',
  'settle-allocation': 'operations',
  'close-allocation': 'approver',
  'enter-payee': 'operations',
  'verify-payee': 'payer',
  'make-payment-run': 'payer',
  'release-payment-run': 'payer',
  'discard-payment-run': 'payer',
  'reverse-payment': 'payer',
  'pay-tranche': 'bank',
  'clear-up-payment': 'payer',
  'resume-programme': 'operations',
  'close-programme': 'operations',
} as const satisfies Readonly<Record<string, Desk>>;
export type Action = keyof typeof ACTIONS;

/** What tells of a payment, or of to whom it goes: a setting sees its own, an adviser none (ADR 12). */
export const OF_PAYMENTS: ReadonlySet<Action | null> = new Set<Action>([
  ...(['enter-payee', 'verify-payee', 'make-payment-run', 'release-payment-run'] as const),
  'discard-payment-run',
  ...(['pay-tranche', 'clear-up-payment', 'reverse-release', 'reverse-payment', 'withdraw-reclaim'] as const),
]);

/** @param actor who asks; `undefined`: at the command line, where everything is seen */
export function isToldOfPayments(actor: Pick<Actor, 'role'> | undefined): boolean {
  return actor?.role !== 'adviser';
}

/** Whose turn it is on a participation, a plan, a report or a tranche; all `null` if nobody need do anything. */
export interface Turn {
  readonly next: Desk | null;
  /** What they are to do, as programs know it. */
  readonly nextAction: Action | null;
  /** What they are to do, as it stands on their list: "sign version 2 of the grant agreement". */
  readonly nextIs: string | null;
  /** Since when they can: an instant that may lie ahead, for what cannot be done yet. */
  readonly nextSince: Instant | string | null;
  /**
   * The last day for it, `YYYY-MM-DD`; of what has none of its own, `withLastDay` says it by the service standards wherever it
   * is shown, so that there `null` means that nothing waits.
   */
  readonly nextUntil: string | null;
}

export const NOBODYS_TURN: Turn = {
  ...{ next: null, nextAction: null, nextIs: null, nextSince: null, nextUntil: null },
};

export function turnOf(
  nextAction: Action,
  nextIs: string,
  nextSince: string,
  nextUntil: string | null = null,
): Turn {
  return { next: ACTIONS[nextAction], nextAction, nextIs, nextSince, nextUntil };
}

/** Only the turn of what carries one. */
export function asTurn({ next, nextAction, nextIs, nextSince, nextUntil }: Turn): Turn {
  return { next, nextAction, nextIs, nextSince, nextUntil };
}

/**
 * Of several things that wait on one, the one that is shown with it: the first that can be done now, in the order given;
 * else whichever comes first.
 */
export function firstTurn(turns: readonly Turn[], now: Instant): Turn {
  const due = turns.find(({ nextSince }) => nextSince !== null && nextSince <= now);
  const ahead = turns.toSorted((a, b) => ((a.nextSince ?? '') < (b.nextSince ?? '') ? -1 : 1));
  return asTurn(due ?? ahead[0] ?? NOBODYS_TURN);
}

/** Of what tells of a payment, whose turn it is is left out. */
export function withoutPaymentTurn<T extends Turn>(row: T): T {
  return OF_PAYMENTS.has(row.nextAction) ? { ...row, ...NOBODYS_TURN } : row;
}
