import { planTurn } from '#domain/plans';
import { NOBODYS_TURN, turnOf, type Turn } from '#domain/programme';
import { reportTurn } from '#domain/reporting';
import type { Fact } from '#kernel';
import type { Offered, TrancheState } from '../../allocation/allocation-state.js';
import { PLAN_APPROVED, reportWindowOfCondition, unmetOf } from '../../allocation/conditions.js';
import { trancheId } from '../../allocation/tranche-id.js';
import { isBeyondDue } from '../../allocation/tranche-signatures.js';
import { reclaimsOf } from '../reclaims/reclaims.js';
import { endingOf, type Around, type SettingAround } from './around.js';
import { afterRelease, latest, NOBODY, pausedTurn, type Asked, type Standing } from './paying-turns.js';
import { shownStatus, type ShownStatus } from './shown-status.js';
import { elsewhere, isOver, itself, reportWaiting, settlingTurn, type Awaited } from './settling-turns.js';
import { acceptanceStop, trancheStop } from './tranche-stops.js';
import { tranchesOf, type AllocationDocument, type TrancheRow } from './tranches.projection.js';

/** A tranche with how it stands, its payment included, and with whose turn it is. */
export interface TrancheInTurn extends Omit<TrancheRow, 'status'>, Turn {
  readonly status: ShownStatus;
}

/** What one allocation waits for. */
export interface AllocationTurns {
  /** The answer to the offer, or its end; `undefined`: neither is to be seen to, or something else is before it. */
  readonly whole: Turn | undefined;
  /** Who brings it to its end; `undefined`: it goes on. */
  readonly end: Turn | undefined;
  readonly tranches: readonly Awaited[];
}

/** What an allocation waits for as a whole, and with each of its tranches. */
export function allocationTurns(document: AllocationDocument, around: Around): AllocationTurns {
  const { urn, allocation } = document;
  const own = ownTurns(document, around);
  const end = settlingTurn(document, around, own);
  const isAsked = allocation.status === 'offered' && endingOf(around.setting(urn)) === undefined;
  const asked = isAsked ? answering(allocation, around.setting(urn), around) : end;
  const whole = asked?.itself === true ? asked.turn : undefined;
  const waiting = end === undefined ? NOBODY : elsewhere(end.turn);
  return { whole, end: end?.turn, tranches: own.map((one) => one ?? waiting) };
}

/** Of each tranche what it waits for itself; `null`: for nothing but the end of its allocation. */
function ownTurns(document: AllocationDocument, around: Around): readonly (Awaited | null)[] {
  const { allocation } = document;
  if (allocation.status === 'none') return [];
  const setting = around.setting(document.urn);
  const awaited: (Awaited | null)[] = [];
  for (const [index, row] of tranchesOf(document).entries()) {
    const tranche = allocation.tranches[index]!;
    const payment = around.payments.get(row.id);
    const asked = { allocation, tranche, row, around, setting, payment };
    const earlier = allocation.tranches.findIndex(
      ({ released, amountPence }, at) => at < index && released === null && amountPence > 0,
    );
    // Tranches are released in the order of their numbers: one that is approved waits for what the earlier one waits for.
    const before = row.status === 'approved' && earlier >= 0 ? awaited[earlier] : undefined;
    awaited.push(
      before === undefined || endingOf(setting) !== undefined
        ? awaitedBy(asked)
        : before && elsewhere(before.turn),
    );
  }
  return latestFirst(document, around, awaited);
}

/** A release is reversed only after those after it: it waits for what the last one waits for that is not paid. */
function latestFirst(
  { urn, allocation }: AllocationDocument,
  { programmeId, payments }: Around,
  own: readonly (Awaited | null)[],
): readonly (Awaited | null)[] {
  if (allocation.status !== 'accepted') return own;
  const last = allocation.tranches.findLastIndex(
    ({ number, released }) =>
      released !== null && payments.get(trancheId(programmeId, urn, number))?.status !== 'settled',
  );
  const waiting = own[last];
  if (waiting === undefined || waiting === null) return own;
  return own.map((one, index) =>
    index < last && one?.turn.nextAction === 'reverse-release' ? elsewhere(waiting.turn) : one,
  );
}

/** The tranches of one allocation as people look them up, with whose turn it is on each. */
export function tranchesInTurn(document: AllocationDocument, around: Around): readonly TrancheInTurn[] {
  const { tranches: turns } = allocationTurns(document, around);
  return tranchesOf(document).map((row, index) => ({
    ...row,
    name: around.nameOf(row.urn, row.name),
    status: shownStatus(row, around.payments.get(row.id)),
    ...turns[index]!.turn,
  }));
}

function awaitedBy(asked: Asked): Awaited | null {
  const { row, setting } = asked;
  const { status } = row;
  if (status === 'nothing-due' || status === 'closed') return NOBODY;
  if (status === 'released') return afterRelease(asked);
  const ending = endingOf(setting);
  return ending === undefined ? beforeRelease(asked, status) : takenBack(asked.tranche, ending);
}

/** After the end of its part nothing is signed any more, and what was is taken back. */
function takenBack({ number, proposed, approved }: TrancheState, ending: Fact): Awaited | null {
  if (approved !== null) {
    const says = `revoke the approval of tranche ${number}, which is not paid any more`;
    return itself(turnOf('revoke-approval', says, latest(approved, ending)));
  }
  if (proposed === null) return null;
  const says = `withdraw the proposal of tranche ${number}, which is not paid any more`;
  return itself(turnOf('withdraw-proposal', says, latest(proposed, ending)));
}

function beforeRelease(
  asked: Asked,
  status: Exclude<TrancheRow['status'], 'nothing-due' | 'closed' | 'released'>,
): Awaited | null {
  const { allocation, tranche, around, setting } = asked;
  if (status === 'ready' || status === 'proposed' || status === 'approved') {
    const stop = trancheStop(status, allocation, setting, around);
    if (stop !== undefined) {
      return elsewhere({ ...stop, nextIs: `${stop.nextIs} (tranche ${tranche.number} waits for it)` });
    }
    if (status !== 'proposed' && isBeyondDue(allocation, tranche.amountPence)) return beyondDue(asked);
  }
  const { number, proposed, approved, held, resumed, turnedBack } = tranche;
  switch (status) {
    case 'held':
      return itself(
        turnOf('resume-tranche', `settle what holds tranche ${number}, and resume it`, held!.occurredAt),
      );
    case 'approved': {
      const paused = pausedTurn(around);
      if (paused !== undefined) return elsewhere(paused);
      const before = allocation.tranches.filter((one) => one.number < number).map(({ released }) => released);
      return itself(
        turnOf('release-tranche', `release tranche ${number}`, latest(approved, resumed, ...before)),
      );
    }
    case 'proposed':
      return itself(
        turnOf(
          'approve-tranche',
          `approve or refuse tranche ${number}`,
          latest(proposed, turnedBack, resumed),
        ),
      );
    case 'ready':
      return itself(turnOf('propose-tranche', `propose tranche ${number}`, readySince(allocation, tranche)));
    case 'awaiting-conditions':
      return allocation.status === 'offered'
        ? answering(allocation, asked.setting, asked.around)
        : forConditions(asked, unmetOf(allocation.conditions, tranche.conditions));
  }
}

/** With this tranche it would be more than is due: what is asked back comes in first, or the amounts are worked out again. */
function beyondDue({ allocation, tranche, around }: Asked): Awaited {
  const owed = reclaimsOf({ allocation }, around).find(({ next }) => next !== null);
  const stop = owed ?? pausedTurn(around);
  if (stop !== undefined) return elsewhere(stop);
  const says = `revise the allocation: with tranche ${tranche.number} as it is, more would be released than is due`;
  return itself(turnOf('revise-allocation', says, readySince(allocation, tranche)));
}

/** The setting's answer, unless what would refuse an acceptance is on another list: to decline, or let lapse, is possible even so. */
function answering(offered: Offered, setting: SettingAround, around: Pick<Around, 'now'>): Awaited {
  const stop = acceptanceStop(setting, around);
  return stop === undefined
    ? itself(offerTurn(offered))
    : elsewhere({ ...stop, nextIs: `${stop.nextIs} (the offer waits for it; it can be declined meanwhile)` });
}

function offerTurn({ offer, acceptBy, revisions }: Offered): Turn {
  const since = latest(offer, revisions.at(-1));
  return turnOf('answer-offer', 'accept or decline the offer', since, acceptBy);
}

/** Whoever must act for the first of what is unmet. That a condition is met is recorded by itself; until then it is said as it is. */
function forConditions(asked: Asked, unmet: readonly string[]): Awaited | null {
  const { tranche, allocation, around } = asked;
  // What has not come by the last day of the programme does not come any more, unless it is being looked at.
  if (isOver(around)) {
    const reported = reportWaiting(allocation.urn, around);
    return reported === undefined ? null : elsewhere(reported);
  }
  for (const condition of unmet) {
    const turn = conditionTurn(asked, condition);
    if (turn.next === null) continue;
    return elsewhere({ ...turn, nextIs: `${turn.nextIs} (tranche ${tranche.number} waits for it)` });
  }
  const says = `propose tranche ${tranche.number} once what it waits for is recorded`;
  return itself(turnOf('propose-tranche', says, readySince(allocation, tranche)));
}

function conditionTurn({ setting, around }: Asked, condition: string): Turn {
  if (condition === PLAN_APPROVED) {
    const { plan, audits, participation } = setting;
    return plan?.status === 'approved'
      ? NOBODYS_TURN
      : planTurn(plan, audits, participation?.enrolledAt ?? '');
  }
  const window = reportWindowOfCondition(condition);
  const report = setting.reports.find((one) => one.window === window);
  return report === undefined ? NOBODYS_TURN : reportTurn(report, setting, around.now);
}

/** Since when nothing has been missing: the last of what a tranche needed. */
function readySince(allocation: Standing, tranche: TrancheState): string {
  const acceptance = allocation.status === 'offered' ? undefined : allocation.acceptance;
  const met = tranche.conditions.flatMap((condition) => {
    const at = allocation.conditions[condition]?.at;
    return at === undefined ? [] : [{ occurredAt: at }];
  });
  return latest(allocation.offer, acceptance, ...met, tranche.turnedBack, tranche.resumed);
}
