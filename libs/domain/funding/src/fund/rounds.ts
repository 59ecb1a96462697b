import {
  formatPence,
  isPence,
  refusal,
  refuseBefore,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type Pence,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { allocationRoundAdopted, allocationRoundReconciled, type FundEvent } from './fund.events.js';

/** The money that a round set aside for all its offers together. */
export interface RoundMoney {
  readonly round: number;
  readonly hash: string;
  readonly adoption: Fact;
  readonly totalPence: Pence;
  /** Not yet committed, and not given back either. */
  readonly heldPence: Pence;
  readonly reconciled: boolean;
}

type Adopted = Extract<FundEvent, { type: 'AllocationRoundAdopted' }>['data'];
type Reconciled = Extract<FundEvent, { type: 'AllocationRoundReconciled' }>['data'];

export type AdoptRoundCommand = Command<
  'AdoptRound',
  Readonly<{
    /** The hash that whoever adopts has seen in the simulation. */
    hash: string;
    /** The round as it is worked out now. */
    now: Omit<Adopted, 'round'> & {
      /** What the fund had when this was worked out. */
      readonly availablePence: Pence;
      /** When the newest of the facts it rests on happened. */
      readonly latestFact: Instant | undefined;
      /** When the newer of policy and tranche schedule took force. */
      readonly inForceSince: Instant | undefined;
    };
  }>
>;
export type ReconcileRoundCommand = Command<'ReconcileRound', Omit<Reconciled, 'programmeId' | 'freedPence'>>;
export type RoundCommand = AdoptRoundCommand | ReconcileRoundCommand;

/** What a round is decided on: see the fund's own state. */
export interface RoundsOfFund {
  readonly programmeId: string;
  readonly rounds: readonly RoundMoney[];
  readonly openedAt: Instant;
  readonly lastFreedAt?: Instant;
  readonly budgetRaisedAt?: Instant;
}

/** As a simulation writes it, in whatever case it was copied. */
export function roundHashFrom(text: string): string | Refusal {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  return refusal(
    'ROUND.HASH',
    'invalid',
    `hash '${text}' must be the hash that the simulation gave, 64 hexadecimal digits`,
    { field: 'hash' },
  );
}

/** A round is adopted as it was seen, or not at all: a hash adopted already changes nothing. */
export function adoptRound(
  { data, at }: AdoptRoundCommand,
  fund: RoundsOfFund,
  availablePence: Pence,
): Decision<FundEvent> {
  const { hash, now } = data;
  if (fund.rounds.some((round) => round.hash === hash)) return [];
  const { availablePence: supposed, latestFact, inForceSince, ...worked } = now;
  if (worked.hash !== hash || supposed !== availablePence) return inputsChanged(hash, now);
  if (!isPence(worked.totalPence) || worked.totalPence === 0 || worked.totalPence > availablePence) {
    return refusal(
      'ROUND.NOT_AFFORDED',
      'wrong-state',
      `the round comes to ${formatPence(worked.totalPence)}, and the fund of ${fund.programmeId} has ${formatPence(availablePence)} available`,
      { totalPence: worked.totalPence, availablePence },
    );
  }
  return (
    refuseBefore(at, {
      'the opening of the fund': fund.openedAt,
      'the last return of money to the fund': fund.lastFreedAt,
      'the last raise of the budget': fund.budgetRaisedAt,
      'the newest enrolment or workforce figure it rests on': latestFact,
      'the policy and the tranche schedule it rests on': inForceSince,
    }) ?? [allocationRoundAdopted({ ...worked, round: fund.rounds.length + 1 })]
  );
}

function inputsChanged(
  hash: string,
  { hash: newHash, totalPence, settings }: AdoptRoundCommand['data']['now'],
): Refusal {
  return refusal(
    'ROUND.INPUTS_CHANGED',
    'stale',
    `what this round was simulated from has changed since, such as a workforce figure, an enrolment, the policy, the tranche schedule or the money available; ` +
      `now it would give ${formatPence(totalPence)} to ${settings} settings: simulate it again, look, and adopt by the new hash`,
    { field: 'hash', hash, newHash },
  );
}

export function roundNumbered(fund: RoundsOfFund, round: number): RoundMoney | Refusal {
  return (
    fund.rounds[round - 1] ??
    refusal('ROUND.NOT_FOUND', 'not-found', `${fund.programmeId} has no allocation round ${round}`, {
      field: 'round',
      round,
    })
  );
}

/** Gives back what was set aside for offers that cannot be made, once everything about the others is known. */
export function reconcileRound({ data, at }: ReconcileRoundCommand, fund: RoundsOfFund): Decision<FundEvent> {
  const money = roundNumbered(fund, data.round);
  if ('refused' in money) return money;
  if (money.reconciled) return [];
  const freedPence = money.totalPence - data.offeredPence;
  if (freedPence < 0 || freedPence > money.heldPence) {
    return refusal(
      'ROUND.DOES_NOT_ADD_UP',
      'wrong-state',
      `${formatPence(data.offeredPence)} was offered in round ${data.round}, for which ${formatPence(money.totalPence)} was set aside and ${formatPence(money.heldPence)} is held`,
      { round: data.round, offeredPence: data.offeredPence, totalPence: money.totalPence },
    );
  }
  return (
    refuseBefore(at, { 'the adoption of the round': money.adoption.occurredAt }) ?? [
      allocationRoundReconciled({ programmeId: fund.programmeId, ...data, freedPence }),
    ]
  );
}

export function roundAdoptedBy(
  event: RecordedEvent<Extract<FundEvent, { type: 'AllocationRoundAdopted' }>>,
  adoption: Fact,
): RoundMoney {
  const { round, hash, totalPence } = event.data;
  return { round, hash, adoption, totalPence, heldPence: totalPence, reconciled: false };
}

/** The rounds with one of them changed. */
export function withRound(
  rounds: readonly RoundMoney[],
  round: number,
  change: (money: RoundMoney) => RoundMoney,
): readonly RoundMoney[] {
  return rounds.map((money) => (money.round === round ? change(money) : money));
}
