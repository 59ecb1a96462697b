import { derivedId, later, participationId, RefusalError, sumPence, type Instant } from '#kernel';
import { Decisions, EVENT_STORE, EventCodec, type EventStore } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../../allocation/allocation.js';
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
import {
  dueLines,
  SHARE_WAITS,
  shareOfferId,
  WaitingShares,
  type ProgrammeNow,
} from '../read-offers/waiting-shares.js';
import { roundReservationId } from '../round-reservation.js';
import { RoundSimulator, type SimulatedRound } from '../simulate-round/round-simulator.js';

/**
 * Makes the offers of a programme's adopted rounds, and reconciles each when none is left to make. A setting that may
 * not be offered anything yet (its checks are missing, a decision on it, or a revision because its figure was corrected) waits, and
 * its money with it. Broken off anywhere and begun again, it goes on.
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

@CommandHandler(CarryOutRound)
export class CarryOutRoundHandler implements ICommandHandler<CarryOutRound, void> {
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundDesk,
    private readonly simulator: RoundSimulator,
    private readonly shares: WaitingShares,
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
    const due = dueLines(simulated);
    const before = await madeOffersOf(adoption, this.store, this.codec);
    const now = await this.shares.programmeNow(adoption);
    const left = due.filter((line) => !isMade(line, before) && (urn === undefined || line.urn === urn));
    for (let start = 0; start < left.length; start += AT_ONCE) {
      const some = left.slice(start, start + AT_ONCE);
      await Promise.all(some.map((line) => this.offer(line, simulated, adoption, now, context)));
    }
    // Looked up after all was written: of two jobs at once, the later one sees what both have done.
    const made = await madeOffersOf(adoption, this.store, this.codec);
    if (due.every((line) => isMade(line, made))) await this.reconcile(adoption, due, made, context);
  }

  private async offer(
    line: RoundLine,
    simulated: SimulatedRound,
    adoption: RoundAdopted,
    now: ProgrammeNow,
    context: SystemContext,
  ): Promise<void> {
    const { share, waitedFor } = await this.shares.shareOf(line, simulated, adoption, now);
    const id = participationId(share.programmeId, share.urn);
    // As of the adoption, or of what it waited for since.
    const occurredAt = waitedFor.reduce(later, adoption.metadata.occurredAt);
    try {
      await this.decisions.execute(
        allocation,
        id,
        { type: 'OfferRoundShare', data: { ...share, revisedAtOnce: false } },
        { ...context, occurredAt, commandId: shareOfferId(share) },
      );
    } catch (error) {
      if (!(error instanceof RefusalError) || UNDECIDED.has(error.refusal.kind)) throw error;
      if (!SHARE_WAITS.has(error.code)) await this.abandon(share, error.message, { ...context, occurredAt });
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
