import { fundingRulesOn, participation, programme, standstillAt } from '#domain/programme';
import {
  dateInLondon,
  derivedId,
  factOf,
  later,
  participationId,
  RefusalError,
  sumPence,
  type Instant,
} from '#kernel';
import { Decisions, EVENT_STORE, EventCodec, type EventStore } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../../allocation/allocation.js';
import { participationFact } from '../../allocation/offer-allocation/offer-facts.js';
import type { RoundShare } from '../../allocation/round-share.js';
import { FundDesk } from '../../fund/fund-desk.js';
import { fund } from '../../fund/fund.js';
import type { SystemContext } from '../../policies/caused-by.js';
import type { RoundLine } from '../round.js';
import {
  isMade,
  madeOffersOf,
  unreconciledRounds,
  type MadeOffers,
  type RoundAdopted,
} from '../read-offers/made-offers.js';
import { roundReservationId } from '../round-reservation.js';
import { RoundSimulator, type SimulatedRound } from '../simulate-round/round-simulator.js';

/**
 * Makes the offers of a programme's adopted rounds, and reconciles each when none is left to make. A setting that may
 * not be offered anything yet (its checks are missing, or a decision on it) waits, and its money with it. Broken off
 * anywhere and begun again, it goes on.
 */
export class CarryOutRound {
  constructor(
    readonly input: {
      readonly programmeId: string;
      /** Only this setting's offer: what it waited for may have come. */
      readonly urn?: string;
    },
    readonly context: SystemContext,
  ) {}
}

/** Enough that appends which arrive together share a write, and few enough that nobody else waits long. */
const AT_ONCE = 16;
/** The reasons an event names: with more, it would outgrow what a store takes. */
const MOST_REASONS = 1000;
/** After these it is not known, or not final, whether the offer was made: the job is run again. */
const UNDECIDED = new Set(['busy', 'full', 'unavailable']);
/** What a setting waits for, with its money set aside. */
const WAITS = new Set([
  ...['PROGRAMME.PAUSED', 'ALLOCATION.CHECKS_MISSING', 'ALLOCATION.CONTINUITY_UNDECIDED'],
]);

type ProgrammeNow = Pick<RoundShare, 'paused' | 'acceptanceDays'> & {
  /** When it last went on after a pause. */
  readonly resumedAt: Instant | undefined;
};

@CommandHandler(CarryOutRound)
export class CarryOutRoundHandler implements ICommandHandler<CarryOutRound, void> {
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundDesk,
    private readonly simulator: RoundSimulator,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly codec: EventCodec,
  ) {}

  async execute({ input: { programmeId, urn }, context }: CarryOutRound): Promise<void> {
    const { state, history } = await this.decisions.load(fund, programmeId);
    for (const adoption of unreconciledRounds(state, history)) await this.carryOut(adoption, urn, context);
  }

  private async carryOut(
    adoption: RoundAdopted,
    urn: string | undefined,
    context: SystemContext,
  ): Promise<void> {
    const simulated = await this.simulator.again(adoption);
    const due = simulated.round.lines.filter(({ amountPence }) => amountPence > 0);
    const before = await madeOffersOf(adoption, this.store, this.codec);
    const now = await this.programmeNow(adoption);
    const left = due.filter((line) => !isMade(line, before) && (urn === undefined || line.urn === urn));
    for (let start = 0; start < left.length; start += AT_ONCE) {
      const some = left.slice(start, start + AT_ONCE);
      await Promise.all(some.map((line) => this.offer(line, simulated, adoption, now, context)));
    }
    // Looked up after all was written: of two jobs at once, the later one sees what both have done.
    const made = await madeOffersOf(adoption, this.store, this.codec);
    if (due.every((line) => isMade(line, made))) await this.reconcile(adoption, due, made, context);
  }

  /** Whether it stands still now; and how long the offers of the round stand, by the rules of its day. */
  private async programmeNow({ data: { programmeId }, metadata }: RoundAdopted): Promise<ProgrammeNow> {
    const { state } = await this.decisions.load(programme, programmeId);
    if (state.status === 'none') return { paused: null, acceptanceDays: null, resumedAt: undefined };
    const rules = fundingRulesOn(state, dateInLondon(metadata.occurredAt));
    const now = this.decisions.now();
    const paused = standstillAt(state, now) ?? null;
    const resumedAt =
      state.pauses.findLast(({ until }) => until !== null && until <= now)?.until ?? undefined;
    return { paused, acceptanceDays: rules?.acceptanceDays ?? null, resumedAt };
  }

  private async offer(
    line: RoundLine,
    { round, schedule }: SimulatedRound,
    adoption: RoundAdopted,
    { resumedAt, ...now }: ProgrammeNow,
    context: SystemContext,
  ): Promise<void> {
    const { programmeId, number, policy, programme: said, rate } = round;
    const { urn, fte, figure, unclampedPence, remainderPence, amountPence } = line;
    const id = participationId(programmeId, urn);
    const part = participationFact((await this.decisions.load(participation, id)).state);
    const share: RoundShare = {
      ...{ programmeId, urn, fte, figure: figure.event, policy, programme: said, schedule },
      ...{ unclampedPence, remainderPence, amountPence, participation: part, ...now },
      madeAt: this.decisions.now(),
      round: { number, hash: adoption.data.hash, adoption: factOf(adoption), rate },
    };
    // As of the adoption, or of what it waited for since: a check, a decision of the board, the end of a pause.
    const waitedFor = [part?.dueDiligenceAt, part?.fraudRiskAt, part?.decidedAt, part?.endedAt, resumedAt];
    const occurredAt = waitedFor.filter((at) => at !== undefined).reduce(later, adoption.metadata.occurredAt);
    try {
      await this.decisions.execute(
        allocation,
        id,
        { type: 'OfferRoundShare', data: share },
        { ...context, occurredAt, commandId: derivedId('offer-round-share', id, String(number)) },
      );
    } catch (error) {
      if (!(error instanceof RefusalError) || UNDECIDED.has(error.refusal.kind)) throw error;
      if (!WAITS.has(error.code)) await this.abandon(share, error.message, { ...context, occurredAt });
    }
  }

  /** Fences whoever else may be at the same offer still: the money is about to be given back. */
  private async abandon(
    { programmeId, urn, round: { number } }: RoundShare,
    reason: string,
    context: SystemContext & { readonly occurredAt: Instant },
  ): Promise<void> {
    const reservationId = roundReservationId(number, urn);
    const id = participationId(programmeId, urn);
    await this.decisions.execute(
      allocation,
      id,
      { type: 'AbandonOffer', data: { programmeId, urn, reservationId, reason } },
      { ...context, commandId: derivedId('abandon-offer', id, reservationId) },
    );
  }

  private async reconcile(
    { data: { programmeId, round }, metadata }: RoundAdopted,
    due: readonly RoundLine[],
    { offered, abandoned }: MadeOffers,
    context: SystemContext,
  ): Promise<void> {
    const made = due.filter(({ urn }) => offered.has(urn));
    const reasons = due
      .filter(({ urn }) => !offered.has(urn))
      .map(({ urn, amountPence }) => ({ urn, amountPence, reason: abandoned.get(urn)?.reason ?? '' }));
    // No earlier than what it gives money back for: at no date was that money free which was set aside then.
    const occurredAt = reasons
      .map(({ urn }) => abandoned.get(urn)?.at ?? metadata.occurredAt)
      .reduce(later, metadata.occurredAt);
    const data = {
      ...{ round, offered: made.length, offeredPence: sumPence(made), notOffered: reasons.length },
      reasons: reasons.slice(0, MOST_REASONS),
    };
    await this.desk.execute(
      programmeId,
      { type: 'ReconcileRound', data },
      {
        ...context,
        commandId: derivedId('reconcile-round', programmeId, String(round)),
        occurredAt,
      },
    );
  }
}
