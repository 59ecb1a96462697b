import { limitOf, type Delegation, type FundingRules } from '#domain/programme';
import { formatPence, refusal, samePerson, type Actor, type Refusal } from '#kernel';
import type { TrancheState } from './allocation-state.js';
import type { ApprovalAuthority } from './allocation.events.js';

/** Who may approve how much on the day of the approval, and when it is told. */
export interface ApprovalRulesKnown {
  readonly onTheDay: ApprovalRules;
  readonly now: ApprovalRules;
}

/** Who may approve how much on a day, as the programme's own events have it. */
export interface ApprovalRules {
  /** `null`: none were set, and any approver approves any amount. */
  readonly rules: Pick<FundingRules, 'setBy' | 'limits' | 'defaultLimitPence'> | null;
  /** Those under which whoever asks may approve for somebody else that day. */
  readonly delegations: readonly Pick<Delegation, 'from' | 'made' | 'delegation'>[];
}

/**
 * What allows somebody to approve a tranche: their own limit, or else that of one who has delegated to them. Who proposed
 * the tranche lends nobody an authority that they could not use themselves.
 */
export function authorityFor(
  by: Actor,
  { number, amountPence, proposed }: TrancheState,
  { rules, delegations }: ApprovalRules,
): ApprovalAuthority | null | Refusal {
  if (rules === null) return null;
  const covers = (limitPence: number | null): boolean => limitPence === null || amountPence <= limitPence;
  const own = limitOf(rules, by.subject);
  const of = { rules: rules.setBy.event };
  if (covers(own)) return { ...of, limitPence: own, onBehalfOf: null, delegation: null };
  const lent = delegations.filter(({ from }) => covers(limitOf(rules, from.subject)));
  const usable = lent.find(({ from }) => proposed === null || !samePerson(from, proposed.by));
  if (usable !== undefined) {
    const { from, made } = usable;
    const limitPence = limitOf(rules, from.subject);
    return { ...of, limitPence, onBehalfOf: from, delegation: made.event };
  }
  const amount = `tranche ${number}, ${formatPence(amountPence)},`;
  const [proposers] = lent;
  if (proposers !== undefined) {
    const { subject } = proposers.from;
    return refusal(
      'TRANCHE.SECOND_SIGNATURE',
      'not-allowed',
      `${by.subject} cannot approve ${amount} on behalf of ${subject}, who proposed it: a delegation lifts no separation`,
      { number, subject: by.subject, onBehalfOf: subject },
    );
  }
  const limit = own ?? 0;
  return refusal(
    'TRANCHE.ABOVE_LIMIT',
    'not-allowed',
    `${amount} is above the ${formatPence(limit)} up to which ${by.subject} approves: somebody with a higher limit approves it, or delegates to them`,
    { number, subject: by.subject, amountPence, limitPence: limit },
  );
}
