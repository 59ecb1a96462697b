import { enrolledInPlaceOf, missingChecks, termsOn, turnOf, type Turn } from '#domain/programme';
import { isSameFte } from '#domain/settings';
import { dateInLondon, formatPence, later, participationId, type Instant } from '#kernel';
import type { KnownFigure } from '../../allocation/offer-allocation/figures-of-census.js';
import type { FundState } from '../../fund/fund-state.js';
import { carriedOverFor } from '../../fund/reservation.js';
import type { CorrectedShare } from '../../round/read-offers/waiting-shares.js';
import { partOfRound } from '../../round/round-reservation.js';
import { endingOf, type Around } from './around.js';
import { pausedTurn } from './paying-turns.js';
import { isOver } from './settling-turns.js';
import type { AllocationDocument } from './tranches.projection.js';

type Allocations = ReadonlyMap<string, AllocationDocument>;

/** By what a setting without an offer comes to one; `null`: it has one, takes part no more, or is offered nothing. */
type Way =
  | { readonly kind: 'by-policy' }
  /** What its predecessor did not draw is kept for it, since then. */
  | { readonly kind: 'carried-over'; readonly since: Instant };

/** A part is funded once: whoever took it over is offered what its predecessor did not draw, or nothing. */
function wayTo(urn: string, around: Around, allocations: Allocations): Way | null {
  const part = around.setting(urn).participation?.part;
  const state = allocations.get(urn)?.allocation;
  if (part?.status !== 'enrolled' || (state !== undefined && state.status !== 'none')) return null;
  const carried = carriedOverFor(around.fund, participationId(around.programmeId, urn));
  if (carried !== undefined) return { kind: 'carried-over', since: carried.reservedAt };
  const before = allocations.get(enrolledInPlaceOf(part)?.urn ?? '')?.allocation;
  return before === undefined || before.status === 'none' ? { kind: 'by-policy' } : null;
}

/** Whether anything is offered to a setting, kept for it, or not closed yet. */
export function isMoneyOpen(
  urn: string,
  { programmeId, fund, allocationOf }: Pick<Around, 'programmeId' | 'fund' | 'allocationOf'>,
): boolean {
  const { status } = allocationOf(urn);
  return (
    status === 'offered' ||
    status === 'accepted' ||
    carriedOverFor(fund, participationId(programmeId, urn)) !== undefined ||
    openRound(fund) !== undefined
  );
}

/** The round that was adopted and not reconciled: its offers are made by itself. */
function openRound(fund: FundState) {
  return fund.status === 'open' ? fund.rounds.findLast(({ reconciled }) => !reconciled) : undefined;
}

/** Whether money is to be worked out for a setting by how many teachers it has: not once the programme is over. */
export function needsFigure(urn: string, around: Around, allocations: Allocations): boolean {
  return !isOver(around) && wayTo(urn, around, allocations)?.kind === 'by-policy';
}

/** Since when nothing has been missing but the offer; `undefined`: a check is, or the board has something to decide. */
function offerableSince(urn: string, around: Around, allocations: Allocations): Instant | undefined {
  const part = around.setting(urn).participation?.part;
  if (part?.status !== 'enrolled' || part.undecided.length > 0) return undefined;
  if (missingChecks(part).length > 0) return undefined;
  const facts = [part.dueDiligence, part.fraudRisk, part.continuity].flatMap((one) =>
    one === null ? [] : [one.fact],
  );
  const ended = endOf(allocations.get(urn));
  return [...facts, ...(ended === undefined ? [] : [ended])]
    .map(({ occurredAt }) => occurredAt)
    .reduce(later, part.enrolment.occurredAt);
}

/** How the last offer ended. */
function endOf(document: AllocationDocument | undefined) {
  const state = document?.allocation;
  return state?.status === 'none' ? state.ended : undefined;
}

/**
 * What operations do about a setting that has no offer and waits for nothing else: its checks came out well, the board has
 * nothing to decide, and how many teachers it has is known where that counts.
 * @param share what a round set aside for it, if its figure was corrected since: it is not offered by itself
 */
export function toOfferTurn(
  urn: string,
  around: Around,
  allocations: Allocations,
  figure: KnownFigure | undefined,
  share: CorrectedShare | undefined,
): Turn | undefined {
  const way = wayTo(urn, around, allocations);
  const checkedAt = offerableSince(urn, around, allocations);
  if (way === null || checkedAt === undefined || pausedTurn(around) !== undefined) return undefined;
  const ended = endOf(allocations.get(urn));
  const again =
    ended === undefined ? '' : `, or end the part (the last ${ENDED[ended.how]}: ${ended.reason})`;
  if (way.kind === 'carried-over') {
    const says = `make the offer of what is carried over${again}`;
    return turnOf('make-offer', says, later(checkedAt, way.since));
  }
  if (figure === undefined) return undefined;
  if (share !== undefined) return toReviseShare(share, later(checkedAt, figure.occurredAt));
  return byPolicy(urn, around, { since: later(checkedAt, figure.occurredAt), again });
}

const ENDED = { declined: 'was declined', lapsed: 'lapsed' } as const;

/** Alone, where the policy says a rate; otherwise in a round, of which one that was adopted makes the offers by itself. */
function byPolicy(
  urn: string,
  around: Around,
  { since, again }: { readonly since: Instant; readonly again: string },
): Turn | undefined {
  const { programme, now, setting } = around;
  if (programme.status === 'none') return undefined;
  const open = openRound(around.fund);
  const enrolledAt = setting(urn).participation?.enrolledAt ?? '';
  if (again === '' && open !== undefined && enrolledAt <= open.adoption.occurredAt) {
    const says = `see that the offer of round ${open.round} is made: that happens by itself within minutes`;
    return turnOf('see-round-offer', says, later(since, open.adoption.occurredAt));
  }
  if (isOver(around)) return undefined;
  const { policy } = termsOn(programme, dateInLondon(now));
  return policy.kind === 'rate-per-fte'
    ? turnOf('make-offer', `make ${again === '' ? 'an' : 'another'} offer${again}`, since)
    : turnOf('adopt-round', `allocate money to it in a round${again}`, since);
}

function toReviseShare({ round, amountPence, fte, fteNow }: CorrectedShare, since: Instant): Turn {
  const says = `revise its share: the figure by which round ${round} set ${formatPence(amountPence)} aside was corrected since, from ${fte} to ${fteNow ?? 'an unknown number'} teachers`;
  return turnOf('revise-allocation', says, since);
}

/**
 * An offer of a round whose figure had been corrected before it was made, accepted since or not: it was broken off between the
 * offer and its revision.
 */
export function toReviseTurn(
  { urn, allocation }: AllocationDocument,
  around: Around,
  figure: KnownFigure | undefined,
): Turn | undefined {
  if (allocation.status === 'none' || allocation.status === 'closed') return undefined;
  if (figure === undefined || pausedTurn(around) !== undefined) return undefined;
  const { reservationId, offer, terms, revisions } = allocation;
  const part = partOfRound(reservationId);
  if (part === undefined || revisions.length > 0 || endingOf(around.setting(urn)) !== undefined)
    return undefined;
  if (figure.occurredAt > offer.occurredAt || isSameFte(figure.fte, terms.fte)) return undefined;
  const says = `revise the offer of round ${part.round}: the figure that it rests on was corrected before it was made, from ${terms.fte} to ${figure.fte} teachers`;
  return turnOf('revise-allocation', says, offer.occurredAt);
}
