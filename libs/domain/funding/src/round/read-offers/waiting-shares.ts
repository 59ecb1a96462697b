import { fundingRulesOn, participation, programme, standstillAt } from '#domain/programme';
import { setting, workforceFigureRecorded, workforceFigureVerified } from '#domain/settings';
import {
  dateInLondon,
  derivedId,
  factOf,
  participationId,
  type EventReference,
  type Instant,
  type Pence,
} from '#kernel';
import { Decisions, EVENT_STORE, EventCodec, type EventStore } from '#platform/event-store';
import { Inject, Injectable } from '@nestjs/common';
import type { AllocationState } from '../../allocation/allocation-state.js';
import { figureOfSameCensus } from '../../allocation/offer-allocation/figures-of-census.js';
import { participationFact } from '../../allocation/offer-allocation/offer-facts.js';
import { isCorrected, type FigureNow, type RoundShare } from '../../allocation/round-share.js';
import { fund } from '../../fund/fund.js';
import { roundReservationId } from '../round-reservation.js';
import type { RoundLine } from '../round.js';
import { RoundSimulator, type SimulatedRound } from '../simulate-round/round-simulator.js';
import { isMade, madeOffersOf, unreconciledRounds, type RoundAdopted } from './made-offers.js';

/** For what a setting's share of a round waits, with its money set aside. */
export const SHARE_WAITS: ReadonlySet<string> = new Set([
  ...['PROGRAMME.PAUSED', 'ALLOCATION.CHECKS_MISSING', 'ALLOCATION.CONTINUITY_UNDECIDED'],
  'ALLOCATION.FIGURE_CORRECTED',
]);

/** What a round's offers rest on that is the same for all of them. */
export type ProgrammeNow = Pick<RoundShare, 'paused' | 'acceptanceDays'> & {
  /** When it last went on after a pause. */
  readonly resumedAt: Instant | undefined;
};

/** A share that waits, of which the figure was corrected since the round was adopted. */
export interface CorrectedShare {
  readonly urn: string;
  readonly round: number;
  /** What the round set aside, by these teachers. */
  readonly amountPence: Pence;
  readonly fte: string;
  /** How many it has now; `null`: that is not known. */
  readonly fteNow: string | null;
  /** What is to be checked before it can be revised, in words. */
  readonly missingChecks: readonly string[];
}

/** What is left to be offered of a round. */
export interface LeftOfRound {
  readonly round: number;
  readonly urns: readonly string[];
  readonly paused: boolean;
}

/** Of whoever makes it, so that the offer of a share is made once. */
export function shareOfferId({ programmeId, urn, round }: RoundShare): string {
  return derivedId('offer-round-share', participationId(programmeId, urn), String(round.number));
}

/** The settings that a round set money aside for. */
export function dueLines({ round }: SimulatedRound): readonly RoundLine[] {
  return round.lines.filter(({ amountPence }) => amountPence > 0);
}

/** Rounds come to the same for ever: those that were looked at last are not worked out again for each look at a list. */
const ROUNDS_KEPT = 4;

/** What adopted rounds set aside for settings, as it stands before it is offered; from the log, not from a read model. */
@Injectable()
export class WaitingShares {
  private readonly kept = new Map<string, SimulatedRound>();

  constructor(
    private readonly decisions: Decisions,
    private readonly simulator: RoundSimulator,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly codec: EventCodec,
  ) {}

  /** @returns the share of a setting to which nothing is offered; `undefined`: none is set aside for it */
  async of(programmeId: string, urn: string, allocated: AllocationState): Promise<RoundShare | undefined> {
    if (allocated.status !== 'none') return undefined;
    const { state, history } = await this.decisions.load(fund, programmeId);
    for (const adoption of unreconciledRounds(state, history)) {
      if (allocated.abandoned.includes(roundReservationId(adoption.data.round, urn))) continue;
      const simulated = await this.again(adoption);
      const line = dueLines(simulated).find((one) => one.urn === urn);
      if (line === undefined) continue;
      const { share } = await this.shareOf(line, simulated, adoption, await this.programmeNow(adoption));
      return share;
    }
    return undefined;
  }

  /** Those of a programme that wait and whose figure was corrected since, by round and URN. */
  async corrected(programmeId: string): Promise<readonly CorrectedShare[]> {
    const { state, history } = await this.decisions.load(fund, programmeId);
    const found: CorrectedShare[] = [];
    for (const adoption of unreconciledRounds(state, history)) {
      const told = await this.figuresToldSince(adoption);
      if (told.size === 0) continue;
      for (const line of await this.unmade(adoption)) {
        if (!told.has(line.urn)) continue;
        const share = await this.correctedShare(line, adoption);
        if (share !== undefined) found.push(share);
      }
    }
    return found;
  }

  /** Of each round that is not reconciled the settings whose offer is not made, nor given up; and whether the programme stands still. */
  async left(programmeId: string): Promise<readonly LeftOfRound[]> {
    const { state, history } = await this.decisions.load(fund, programmeId);
    const found: LeftOfRound[] = [];
    for (const adoption of unreconciledRounds(state, history)) {
      const urns = (await this.unmade(adoption)).map(({ urn }) => urn);
      const { paused } = await this.programmeNow(adoption);
      found.push({ round: adoption.data.round, urns, paused: paused !== null });
    }
    return found;
  }

  /**
   * What a round gives a setting, as its part and its figure are now; and when what its offer may have waited for came: a
   * check, a decision of the board, the end of a pause.
   */
  async shareOf(
    { urn, fte, figure, unclampedPence, remainderPence, amountPence }: RoundLine,
    { round, schedule }: SimulatedRound,
    adoption: RoundAdopted,
    { resumedAt, ...now }: ProgrammeNow,
  ): Promise<{ readonly share: RoundShare; readonly waitedFor: readonly Instant[] }> {
    const { programmeId, number, policy, programme: said, rate } = round;
    const { state } = await this.decisions.load(participation, participationId(programmeId, urn));
    const part = participationFact(state);
    const share: RoundShare = {
      ...{ programmeId, urn, fte, figure: figure.event, policy, programme: said, schedule },
      ...{ unclampedPence, remainderPence, amountPence, participation: part, ...now },
      figureNow: await this.figureNow(urn, figure.event),
      madeAt: this.decisions.now(),
      round: { number, hash: adoption.data.hash, adoption: factOf(adoption), rate },
    };
    const times = [part?.dueDiligenceAt, part?.fraudRiskAt, part?.decidedAt, part?.endedAt, resumedAt];
    return { share, waitedFor: times.filter((at) => at !== undefined) };
  }

  /** Whether it stands still now; and how long the offers of the round stand, by the rules of its day. */
  async programmeNow({ data: { programmeId }, metadata }: RoundAdopted): Promise<ProgrammeNow> {
    const { state } = await this.decisions.load(programme, programmeId);
    if (state.status === 'none') return { paused: null, acceptanceDays: null, resumedAt: undefined };
    const rules = fundingRulesOn(state, dateInLondon(metadata.occurredAt));
    const now = this.decisions.now();
    const paused = standstillAt(state, now) ?? null;
    const resumedAt =
      state.pauses.findLast(({ until }) => until !== null && until <= now)?.until ?? undefined;
    return { paused, acceptanceDays: rules?.acceptanceDays ?? null, resumedAt };
  }

  /** What an adopted round set aside for settings whose offer is not made, nor given up. */
  private async unmade(adoption: RoundAdopted): Promise<readonly RoundLine[]> {
    const made = await madeOffersOf(adoption, this.store, this.codec);
    return dueLines(await this.again(adoption)).filter((line) => !isMade(line, made));
  }

  private async correctedShare(
    { urn, fte, figure, amountPence }: RoundLine,
    { data: { programmeId, round } }: RoundAdopted,
  ): Promise<CorrectedShare | undefined> {
    const now = await this.figureNow(urn, figure.event);
    if (!isCorrected({ fte, figure: figure.event }, now)) return undefined;
    const { state } = await this.decisions.load(participation, participationId(programmeId, urn));
    const missing = participationFact(state)?.missingChecks ?? [];
    return { urn, round, amountPence, fte, fteNow: now?.fte ?? null, missingChecks: missing };
  }

  /** A later census corrects nothing of what a round took from an earlier one. */
  private async figureNow(urn: string, figure: EventReference): Promise<FigureNow> {
    const { history } = await this.decisions.load(setting, urn);
    return figureOfSameCensus(history, figure, this.decisions.now());
  }

  /** Whose figure was told since a round was adopted, the same again or another. */
  private async figuresToldSince({ position }: RoundAdopted): Promise<ReadonlySet<string>> {
    const told = new Set<string>();
    const types = [workforceFigureRecorded.type, workforceFigureVerified.type];
    for await (const page of this.store.readAll({ after: position, filter: { types } })) {
      for (const stored of page) told.add((this.codec.decode(stored).data as { urn: string }).urn);
    }
    return told;
  }

  private async again(adoption: RoundAdopted): Promise<SimulatedRound> {
    const known = this.kept.get(adoption.id);
    if (known !== undefined) return known;
    const simulated = await this.simulator.again(adoption);
    const [oldest] = this.kept.keys();
    if (oldest !== undefined && this.kept.size >= ROUNDS_KEPT) this.kept.delete(oldest);
    this.kept.set(adoption.id, simulated);
    return simulated;
  }
}
