import { refusePaused, type AllocationPolicy } from '#domain/programme';
import {
  formatPence,
  isPence,
  isRefusal,
  refusal,
  RefusalError,
  refuseBefore,
  refuseShape,
  type Command,
  type Decision,
  type EventReference,
  type Pence,
  type Refusal,
} from '#kernel';
import { Equal } from 'typebox/value';
import { dueAtRate, inTranches } from './allocation-policy.js';
import {
  releasedPence,
  saysAmount,
  wasMade,
  type AllocationState,
  type Offered,
  type TrancheState,
} from './allocation-state.js';
import {
  allocationRevised,
  revisionAbandoned,
  type AllocationEvent,
  type OfferedTranche,
} from './allocation.events.js';
import { refuseCarriedOver } from './carried-over.js';
import { lastDay, type OfferAllocationCommand } from './offers.js';
import { askedPence, backPence } from './money-back-state.js';
import { refuseEnded } from './part-standing.js';
import type { RoundRate } from '../round/round-rate.js';
import { dueAtRoundRate } from '../round/share-of-budget.js';
import { Because } from './tranche-objections.js';
import { isClosed, notOffered } from './tranche-signatures.js';

// A mistake in the figure or in the policy that an offer rests on is corrected by working the amount out again, before or after
// it was accepted. Nobody says the amount; what was released stays released, and what it is too much is asked back.

/** `same`: the rule that the amount was worked out by. `in-force`: the policy as it is on the day. */
export const RULES = ['same', 'in-force'] as const;
export type RevisionRule = (typeof RULES)[number];

/** @throws RefusalError `QUERY.BAD_FILTER` naming the field */
export function parseRule(text: string): RevisionRule {
  const rule = RULES.find((one) => one === text);
  if (rule !== undefined) return rule;
  const message = `the rule must be one of ${RULES.join(', ')}`;
  throw new RefusalError(refusal('QUERY.BAD_FILTER', 'invalid', message, { field: 'rule' }));
}

export type RevisionFacts = Omit<OfferAllocationCommand['data'], 'reservation'>;
export type ReviseAllocationCommand = Command<
  'ReviseAllocation',
  RevisionFacts &
    Readonly<{
      reason: string;
      rule: RevisionRule;
      revisionId: string;
      /** What the fund keeps for the allocation. */
      keptPence: Pence;
    }>
>;
export type AbandonRevisionCommand = Command<
  'AbandonRevision',
  Readonly<{ programmeId: string; urn: string; reservationId: string; revisionId: string; reason: string }>
>;
export type RevisionCommand = ReviseAllocationCommand | AbandonRevisionCommand;

/** What an allocation would come to. */
export interface Revised {
  readonly fte: string;
  readonly figure: EventReference;
  readonly policy: AllocationPolicy;
  readonly programme: EventReference;
  readonly rate: RoundRate | null;
  readonly unclampedPence: Pence;
  readonly duePence: Pence;
  readonly fromPence: Pence;
  readonly amountPence: Pence;
  readonly tranches: readonly (OfferedTranche & { readonly fromPence: Pence })[];
}

type Standing = Exclude<AllocationState, { status: 'none' | 'closed' }>;

/** An allocation whose amount can still be another: offered or accepted. */
function standing(state: AllocationState): Standing | Refusal {
  if (state.status === 'none') return notOffered();
  return state.status === 'closed' ? isClosed(state) : state;
}

function figureOf(
  { settingName, urn }: Offered,
  figure: RevisionFacts['figure'],
): { readonly fte: string; readonly figure: EventReference } | Refusal {
  if (figure === null || figure.fte === null) {
    const message = `the number of teachers at ${settingName} (${urn}) is not known: an unknown figure is not 0, and corrects nothing`;
    return refusal('ALLOCATION.FTE_UNKNOWN', 'wrong-state', message, { urn });
  }
  return { fte: figure.fte, figure: figure.event };
}

type Rule = Pick<Revised, 'policy' | 'programme' | 'rate'>;

function ruleOf({ terms, programmeId }: Offered, facts: RevisionFacts, rule: RevisionRule): Rule | Refusal {
  if (rule === 'same') return terms;
  const { programme } = facts;
  if (programme === null) {
    const message = `there is no programme ${programmeId}`;
    return refusal('PROGRAMME.NOT_FOUND', 'not-found', message, { programmeId });
  }
  return { policy: programme.policy, programme: programme.event, rate: null };
}

function dueBy(
  fte: string,
  { policy, rate }: Rule,
  { programmeId }: Offered,
): Pick<Revised, 'unclampedPence' | 'duePence'> | Refusal {
  if (rate !== null) {
    const { unclampedPence, clampedPence } = dueAtRoundRate(fte, rate, policy);
    return { unclampedPence, duePence: clampedPence };
  }
  if (policy.kind !== 'rate-per-fte') {
    return refusal(
      'ALLOCATION.BY_ROUND_ONLY',
      'wrong-state',
      `programme ${programmeId} shares its budget out by FTE, so that no setting's part can be worked out alone: revise it by the rule it was offered by`,
      { field: 'rule', programmeId },
    );
  }
  const due = dueAtRate(fte, policy);
  return isRefusal(due) ? due : { unclampedPence: due.unclampedPence, duePence: due.amountPence };
}

/**
 * What was released stays; the rest is shared out by the shares of the tranches that were not. Where there is none, what is
 * still due is a further tranche, which waits for what the last one waited for.
 */
function rearranged(tranches: readonly TrancheState[], restPence: Pence): Revised['tranches'] {
  const plain = tranches.map(({ number, shareBasisPoints, amountPence, conditions, released }) => ({
    ...{ number, shareBasisPoints, amountPence, conditions, fromPence: amountPence },
    open: released === null,
  }));
  const open = plain.filter((one) => one.open);
  const last = plain.at(-1);
  if (open.length === 0 && restPence > 0 && last !== undefined) {
    const further = { number: last.number + 1, shareBasisPoints: 0, conditions: last.conditions };
    return [...plain.map(({ open: _, ...one }) => one), { ...further, amountPence: restPence, fromPence: 0 }];
  }
  const weighed = open.some(({ shareBasisPoints }) => shareBasisPoints > 0);
  const amounts = new Map(
    weighed
      ? inTranches(restPence, open).map(({ number, amountPence }) => [number, amountPence])
      : open.map(({ number }, index) => [number, index === open.length - 1 ? restPence : 0]),
  );
  return plain.map(({ open: isOpen, ...one }) =>
    isOpen ? { ...one, amountPence: amounts.get(one.number) ?? 0 } : one,
  );
}

/**
 * What was released beyond what was due, and has come back or is asked back: it can be released once more where more is due
 * after all. What came back for another reason, unspent, is not.
 */
function madeGoodPence({ moneyBack, amountPence, duePence }: Offered): Pence {
  const { reclaimedPence, returnedPence } = backPence(moneyBack);
  return Math.min(reclaimedPence + returnedPence + askedPence(moneyBack), amountPence - duePence);
}

/** What the allocation would come to on these facts; what the fund must keep for it. */
export function revisable(
  facts: RevisionFacts,
  rule: RevisionRule,
  state: AllocationState,
): Revised | Refusal {
  const allocated = standing(state);
  if ('refused' in allocated) return allocated;
  const carried = refuseCarriedOver(allocated);
  if (carried !== undefined) return carried;
  const { programmeId, urn, settingName, amountPence: fromPence, tranches } = allocated;
  const paused = refusePaused(programmeId, facts.programme?.paused);
  if (paused !== undefined) return paused;
  const ended = refuseEnded(allocated, { ended: facts.participation?.ended ?? null });
  if (ended !== undefined) return ended;
  const figure = figureOf(allocated, facts.figure);
  if (isRefusal(figure)) return figure;
  const terms = ruleOf(allocated, facts, rule);
  if (isRefusal(terms)) return terms;
  const due = dueBy(figure.fte, terms, allocated);
  if (isRefusal(due)) return due;
  if (!isPence(due.duePence) || due.duePence === 0) {
    const message = `with ${figure.fte} teachers the policy gives ${settingName} (${urn}) nothing: let it decline or withdraw instead`;
    return refusal('ALLOCATION.NOTHING_TO_OFFER', 'wrong-state', message, { urn, fte: figure.fte });
  }
  const { policy, programme, rate } = terms;
  const released = releasedPence(allocated);
  const amountPence = Math.max(due.duePence + madeGoodPence(allocated), released);
  // The same terms come to another amount where money has come back, or a release was reversed, since they last did.
  const sameTerms = Equal({ ...figure, policy, programme, rate }, allocated.terms);
  if (sameTerms && amountPence === fromPence) {
    const message = `the allocation of ${settingName} (${urn}), ${formatPence(fromPence)}, rests on the figure and the policy as they are: there is nothing to revise`;
    return refusal('ALLOCATION.NOTHING_TO_REVISE', 'wrong-state', message, { urn, amountPence: fromPence });
  }
  return {
    ...{ ...figure, policy, programme, rate, ...due, fromPence, amountPence },
    tranches: rearranged(tranches, amountPence - released),
  };
}

function revise({ data, at }: ReviseAllocationCommand, state: AllocationState): Decision<AllocationEvent> {
  const malformed = refuseShape('ALLOCATION.MALFORMED', Because, { reason: data.reason });
  if (malformed !== undefined) return malformed;
  const allocated = standing(state);
  if ('refused' in allocated) return allocated;
  const { programmeId, urn, reservationId, revisions, abandoned } = allocated;
  const { revisionId, keptPence } = data;
  if (revisions.some((one) => one.revisionId === revisionId)) return [];
  if (abandoned.includes(revisionId)) {
    const message = `this revision for setting ${urn} took too long and was given up; make it anew`;
    return refusal('ALLOCATION.REVISION_ABANDONED', 'wrong-state', message, { urn });
  }
  const revised = revisable(data, data.rule, state);
  if (isRefusal(revised)) return revised;
  if (revised.amountPence > keptPence) {
    const message = `${formatPence(keptPence)} is kept for setting ${urn}, but by the figures as they are now it is due ${formatPence(revised.amountPence)}: make the revision anew`;
    return refusal('ALLOCATION.RESERVATION_DIFFERS', 'wrong-state', message, { urn, reservationId });
  }
  const acceptBy = allocated.status === 'offered' ? lastDay(at, data.programme?.acceptanceDays) : null;
  return (
    refuseBefore(at, {
      'what it corrects': saysAmount(allocated).occurredAt,
      'the acceptance of the offer':
        allocated.status === 'accepted' ? allocated.acceptance.occurredAt : undefined,
      'the recording of its workforce figure': data.figure?.occurredAt,
      'the policy it is worked out by': data.rule === 'in-force' ? data.programme?.occurredAt : undefined,
    }) ?? [
      allocationRevised({
        ...{ programmeId, urn, reservationId, revision: revisions.length + 1, revisionId },
        ...{ corrects: saysAmount(allocated).event, reason: data.reason.trim(), acceptBy },
        ...revised,
        tranches: [...revised.tranches],
      }),
    ]
  );
}

/** Fences a slow revision, so that what was set aside for it can be given back. */
function abandon({ data }: AbandonRevisionCommand, state: AllocationState): Decision<AllocationEvent> {
  if (state.abandoned.includes(data.revisionId)) return [];
  if (state.status !== 'none' && wasMade(state, data.revisionId)) {
    const message = `what more was set aside for setting ${data.urn} for has been made`;
    return refusal('ALLOCATION.REVISION_MADE', 'wrong-state', message, { urn: data.urn });
  }
  return [revisionAbandoned(data)];
}

export function decideRevision(command: RevisionCommand, state: AllocationState): Decision<AllocationEvent> {
  return command.type === 'ReviseAllocation' ? revise(command, state) : abandon(command, state);
}
