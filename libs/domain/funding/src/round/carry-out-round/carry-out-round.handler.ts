import { participation } from '#domain/programme';
import { derivedId, factOf, participationId, RefusalError, type Instant, type Pence } from '#kernel';
import { Decisions } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../../allocation/allocation.js';
import type { RoundShare } from '../../allocation/round-share.js';
import { FundDesk } from '../../fund/fund-desk.js';
import { fund } from '../../fund/fund.js';
import type { SystemContext } from '../../policies/caused-by.js';
import type { RoundLine } from '../round.js';
import { roundReservationId } from '../round-reservation.js';
import { RoundSimulator, type RoundAdopted, type SimulatedRound } from '../simulate-round/round-simulator.js';

/** Makes the offers of an adopted round, and reconciles it. Broken off anywhere and begun again, it goes on. */
export class CarryOutRound {
  constructor(
    readonly input: { readonly programmeId: string; readonly round: number },
    readonly context: SystemContext,
  ) {}
}

/** Enough that appends which arrive together share a write, and few enough that nobody else waits long. */
const AT_ONCE = 16;
/** The reasons an event names: with more, it would outgrow what a store takes. */
const MOST_REASONS = 1000;
/** After these it is not known, or not final, whether the offer was made: the job is run again. */
const UNDECIDED = new Set(['busy', 'full', 'unavailable']);

interface NotOffered {
  readonly urn: string;
  readonly amountPence: Pence;
  readonly reason: string;
}

@CommandHandler(CarryOutRound)
export class CarryOutRoundHandler implements ICommandHandler<CarryOutRound, void> {
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundDesk,
    private readonly simulator: RoundSimulator,
  ) {}

  async execute({ input: { programmeId, round }, context }: CarryOutRound): Promise<void> {
    const { state, history } = await this.decisions.load(fund, programmeId);
    if (state.status === 'none' || state.rounds[round - 1]?.reconciled !== false) return;
    const adoption = history.find(
      (event): event is RoundAdopted => event.type === 'AllocationRoundAdopted' && event.data.round === round,
    );
    if (adoption === undefined) return;
    const simulated = await this.simulator.again(adoption);
    const due = simulated.round.lines.filter(({ amountPence }) => amountPence > 0);
    const notOffered: NotOffered[] = [];
    for (let start = 0; start < due.length; start += AT_ONCE) {
      const made = await Promise.all(
        due.slice(start, start + AT_ONCE).map((line) => this.offer(line, simulated, adoption, context)),
      );
      notOffered.push(...made.filter((one) => one !== undefined));
    }
    await this.reconcile(adoption, due, notOffered, context);
  }

  /** @returns why it could not be offered; `undefined` if it was */
  private async offer(
    line: RoundLine,
    { round, schedule }: SimulatedRound,
    adoption: RoundAdopted,
    context: SystemContext,
  ): Promise<NotOffered | undefined> {
    const { programmeId, number, policy, programme, rate } = round;
    const { urn, fte, figure, unclampedPence, remainderPence, amountPence } = line;
    const id = participationId(programmeId, urn);
    const enrolments = await this.decisions.load(participation, id);
    const enrolled = enrolments.history.find((event) => event.type === 'SettingEnrolled');
    const share: RoundShare = {
      ...{ programmeId, urn, fte, figure: figure.event, policy, programme, schedule },
      ...{ unclampedPence, remainderPence, amountPence },
      participation:
        enrolled === undefined ? null : { ...factOf(enrolled), settingName: enrolled.data.settingName },
      round: { number, hash: adoption.data.hash, adoption: factOf(adoption), rate },
    };
    const asAdopted = { ...context, occurredAt: adoption.metadata.occurredAt };
    try {
      await this.decisions.execute(
        allocation,
        id,
        { type: 'OfferRoundShare', data: share },
        { ...asAdopted, commandId: derivedId('offer-round-share', id, String(number)) },
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof RefusalError) || UNDECIDED.has(error.refusal.kind)) throw error;
      await this.abandon(share, error.message, asAdopted);
      return { urn, amountPence, reason: error.message };
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
    { data: { programmeId, round, totalPence }, metadata }: RoundAdopted,
    due: readonly RoundLine[],
    notOffered: readonly NotOffered[],
    context: SystemContext,
  ): Promise<void> {
    const missing = notOffered.reduce((sum, { amountPence }) => sum + amountPence, 0);
    const data = {
      round,
      offered: due.length - notOffered.length,
      offeredPence: totalPence - missing,
      notOffered: notOffered.length,
      reasons: notOffered.slice(0, MOST_REASONS),
    };
    await this.desk.execute(
      programmeId,
      { type: 'ReconcileRound', data },
      {
        ...context,
        commandId: derivedId('reconcile-round', programmeId, String(round)),
        occurredAt: metadata.occurredAt,
      },
    );
  }
}
