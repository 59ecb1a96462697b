import {
  derivedId,
  isRefusal,
  participationId,
  refusal,
  RefusalError,
  systemActor,
  type Instant,
  type Pence,
} from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { FundDesk } from '../../fund/fund-desk.js';
import type { FundsReservedData } from '../../fund/fund.events.js';
import type { Reservation } from '../../fund/fund-state.js';
import { fund } from '../../fund/fund.js';
import { carriedOverFor } from '../../fund/reservation.js';
import { OpenFund } from '../../fund/open-fund/open-fund.handler.js';
import { givenBackAfter } from '../../fund/settle-reservation/settled-after.js';
import { WaitingShares } from '../../round/read-offers/waiting-shares.js';
import { allocation } from '../allocation.js';
import { carriedOverFrom } from '../carried-over-reservation.js';
import { undrawnFor } from '../carried-over.js';
import { offerable } from '../offers.js';
import { refuseCorrected } from '../round-share.js';
import { OfferFactsReader, type OfferFacts } from './offer-facts.js';

/**
 * Offers a setting its share of the fund. The amount follows from the policy and the census, or is what the setting whose part
 * it took over had not drawn; nobody says it.
 */
export class OfferAllocation {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string },
    readonly context: CommandContext,
  ) {}
}

/**
 * First the fund reserves, then the allocation offers. What can be refused is refused before anything is reserved;
 * what is refused all the same, because somebody else was faster, is given back at once.
 */
@CommandHandler(OfferAllocation)
export class OfferAllocationHandler implements ICommandHandler<OfferAllocation, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundDesk,
    private readonly facts: OfferFactsReader,
    private readonly shares: WaitingShares,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { programmeId, urn }, context }: OfferAllocation): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    // Both halves happen at one moment.
    const at = context.occurredAt ?? this.decisions.now();
    const { state: money } = await this.decisions.load(fund, programmeId);
    const carried = carriedOverFor(money, id);
    if (carried !== undefined) return this.offerCarriedOver({ programmeId, urn }, carried, at, context);
    const facts = await this.facts.read(programmeId, urn, at);
    const { state, revision, history } = await this.decisions.load(allocation, id);
    const done = history.some((event) => event.metadata.commandId === context.commandId);
    const reservationId = context.commandId;
    const offerAt = (amountPence: Pence): Promise<Outcome> => {
      const data = { ...facts, reservation: { reservationId, amountPence } };
      return this.decisions.execute(
        allocation,
        id,
        { type: 'OfferAllocation', data },
        { ...context, occurredAt: at },
      );
    };
    if (done) return offerAt(0);
    if (context.expectedRevision !== undefined && context.expectedRevision !== revision) {
      throw staleRevision(id, context.expectedRevision, revision);
    }
    const due = offerable(facts);
    const reservation = { reservationId, amountPence: isRefusal(due) ? 0 : due.amountPence };
    const decision = allocation.decide(
      { type: 'OfferAllocation', data: { ...facts, reservation }, by: context.actor, at },
      state,
    );
    if (isRefusal(decision)) throw new RefusalError(decision);
    // Its money is set aside already, and is offered with the revision.
    const share = await this.shares.of(programmeId, urn, state);
    const corrected = share && refuseCorrected(share);
    if (corrected !== undefined) throw new RefusalError(corrected);
    if (money.status === 'none') await this.openFund(programmeId, context);
    const reservedPence = await this.reserve(facts, reservation, at, context);
    try {
      return await offerAt(reservedPence);
    } catch (error) {
      await givenBackAfter(error, { programmeId, reservationId }, context, this.commands);
      throw error;
    }
  }

  /** Its money waits in the fund until it can be offered, and is not given back if it cannot yet. */
  private async offerCarriedOver(
    { programmeId, urn }: OfferAllocation['input'],
    { reservationId, amountPence }: Reservation,
    at: Instant,
    context: CommandContext,
  ): Promise<Outcome> {
    const facts = await this.facts.readPart(programmeId, urn, at);
    const fromUrn = carriedOverFrom(reservationId) ?? '';
    const { state } = await this.decisions.load(allocation, participationId(programmeId, fromUrn));
    const from = undrawnFor(urn, state);
    if (from === undefined)
      throw new Error(`allocation of ${fromUrn} does not say what ${reservationId} keeps`);
    const data = {
      ...{ programmeId, urn, ...facts, from, reservation: { reservationId, amountPence } },
    };
    return this.decisions.execute(
      allocation,
      participationId(programmeId, urn),
      { type: 'OfferCarriedOver', data },
      { ...context, occurredAt: at },
    );
  }

  private async openFund(programmeId: string, context: CommandContext): Promise<void> {
    const { correlationId, commandId: causationId } = context;
    const byItself = { actor: systemActor('open-fund'), correlationId, causationId };
    await this.commands.execute(new OpenFund({ programmeId }, byItself));
  }

  /** @returns what is reserved: on a repeated request, what was reserved at first */
  private async reserve(
    { programmeId, urn }: OfferFacts,
    { reservationId, amountPence }: { reservationId: string; amountPence: Pence },
    occurredAt: Instant,
    context: CommandContext,
  ): Promise<Pence> {
    const allocationId = participationId(programmeId, urn);
    const { events } = await this.desk.execute(
      programmeId,
      { type: 'ReserveFunds', data: { reservationId, allocationId, urn, amountPence } },
      {
        ...context,
        // Of its own, because event ids are made from it and from no stream.
        commandId: derivedId('reserve-funds', allocationId, reservationId),
        causationId: context.commandId,
        occurredAt,
      },
    );
    const [reserved] = events;
    return reserved === undefined ? amountPence : (reserved.data as FundsReservedData).amountPence;
  }
}

function staleRevision(id: string, expected: bigint, actual: bigint | 'no-stream'): RefusalError {
  return new RefusalError(
    refusal(
      'STORE.STALE_REVISION',
      'stale',
      `allocation-${id} is at revision ${actual}, not ${expected}: read it again and decide again`,
      {
        stream: `allocation-${id}`,
        expectedRevision: expected.toString(),
        actualRevision: actual.toString(),
      },
    ),
  );
}
