import {
  derivedId,
  factOf,
  participationId,
  refusal,
  RefusalError,
  type Fact,
  type Instant,
  type Pence,
} from '#kernel';
import { Decisions, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { costPence, type AllocationState } from '../../allocation/allocation-state.js';
import { allocation } from '../../allocation/allocation.js';
import type { SystemContext } from '../../policies/caused-by.js';
import { FundDesk } from '../fund-desk.js';
import { partOfRound } from '../../round/round-reservation.js';
import type { Reservation } from '../fund-state.js';
import { fund, type OfOffer } from '../fund.js';

const NEVER_MADE = 'the offer was never made';
const DECLINED = 'the offer was declined';
const MOST_TRIES = 3;

/**
 * Finishes a reservation that was left half done, by what the allocation's own stream says: accepted, it is
 * confirmed; closed, what the allocation did not come to is freed; declined, it is freed; offered, it is left as it is; otherwise the offer is abandoned first, and only then the money freed.
 */
export class SettleReservation {
  constructor(
    readonly input: { readonly programmeId: string; readonly reservationId: string },
    readonly context: SystemContext,
  ) {}
}

@CommandHandler(SettleReservation)
export class SettleReservationHandler implements ICommandHandler<SettleReservation, Outcome | undefined> {
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundDesk,
  ) {}

  /** @returns what was done to the fund; `undefined` if nothing was to do */
  async execute({ input, context }: SettleReservation): Promise<Outcome | undefined> {
    const { programmeId, reservationId } = input;
    const { state } = await this.decisions.load(fund, programmeId);
    const reservation = state.status === 'open' ? state.reservations[reservationId] : undefined;
    if (reservation === undefined) return this.settleInRound(input, context);
    if (reservation.status === 'confirmed') {
      const { state: allocated } = await this.decisions.load(allocation, reservation.allocationId);
      return this.reduce(input, allocated, context);
    }
    if (reservation.status !== 'reserved') return undefined;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const { state: offered } = await this.decisions.load(allocation, reservation.allocationId);
      if (offered.status !== 'none' && offered.reservationId === reservationId) {
        return offered.status === 'offered' ? undefined : this.commit(input, offered, context);
      }
      const declined = await this.declinedUnder(reservation.allocationId, reservationId);
      if (declined !== undefined) return this.release(input, DECLINED, declined, context);
      const abandonment = await this.abandon(programmeId, reservation, context);
      if (abandonment !== 'offered-meanwhile') {
        return this.release(input, NEVER_MADE, abandonment, context, reservation.reservedAt);
      }
    }
    throw new RefusalError(
      refusal('FUND.UNSETTLED', 'busy', `the offer to setting ${reservation.urn} keeps changing; try again`, {
        urn: reservation.urn,
      }),
    );
  }

  /** Of a round the fund knows the sum alone; what was never offered is given back by the round itself. */
  private async settleInRound(
    input: SettleReservation['input'],
    context: SystemContext,
  ): Promise<Outcome | undefined> {
    const part = partOfRound(input.reservationId);
    if (part === undefined) return undefined;
    const allocationId = participationId(input.programmeId, part.urn);
    const { state } = await this.decisions.load(allocation, allocationId);
    const declined = await this.declinedUnder(allocationId, input.reservationId);
    if (declined !== undefined) {
      const offer = { allocationId, urn: part.urn, amountPence: declined.amountPence };
      return this.release({ ...input, offer }, DECLINED, declined, context);
    }
    if (state.status === 'none' || state.status === 'offered') return undefined;
    if (state.reservationId !== input.reservationId) return undefined;
    const offer = { allocationId, urn: part.urn, amountPence: state.amountPence };
    return this.commit({ ...input, offer }, state, context);
  }

  /** Confirms what was accepted; and reduces it, should the allocation have been closed by then. */
  private async commit(
    input: SettleReservation['input'] & Pick<OfOffer, 'offer'>,
    accepted: Extract<AllocationState, { acceptance: Fact }>,
    context: SystemContext,
  ): Promise<Outcome> {
    const confirmed = await this.confirm(input, accepted.acceptance, context);
    return (await this.reduce(input, accepted, context)) ?? confirmed;
  }

  /** Of what is committed to an allocation that was closed, only what it came to stays committed. */
  private async reduce(
    { programmeId, reservationId }: SettleReservation['input'],
    allocated: AllocationState,
    context: SystemContext,
  ): Promise<Outcome | undefined> {
    if (allocated.status !== 'closed' || allocated.reservationId !== reservationId) return undefined;
    const closure = asFact(allocated.closure);
    return this.desk.execute(
      programmeId,
      { type: 'ReduceCommitment', data: { reservationId, costPence: costPence(allocated), closure } },
      {
        ...context,
        commandId: derivedId('reduce-commitment', programmeId, reservationId),
        occurredAt: closure.occurredAt,
      },
    );
  }

  private confirm(
    { programmeId, reservationId, offer }: SettleReservation['input'] & Pick<OfOffer, 'offer'>,
    acceptance: Fact,
    context: SystemContext,
  ): Promise<Outcome> {
    return this.desk.execute(
      programmeId,
      {
        type: 'ConfirmCommitment',
        data: { reservationId, acceptance, ...(offer === undefined ? {} : { offer }) },
      },
      {
        ...context,
        commandId: derivedId('confirm-commitment', programmeId, reservationId),
        occurredAt: acceptance.occurredAt,
      },
    );
  }

  /** Fences a slow offer under this reservation. As of the reservation: money that was never promised was never kept. */
  private async abandon(
    programmeId: string,
    { reservationId, allocationId: id, urn, reservedAt }: Reservation,
    context: SystemContext,
  ): Promise<Fact | null | 'offered-meanwhile'> {
    const data = { programmeId, urn, reservationId, reason: NEVER_MADE };
    try {
      await this.decisions.execute(
        allocation,
        id,
        { type: 'AbandonOffer', data },
        {
          ...context,
          commandId: derivedId('abandon-offer', id, reservationId),
          occurredAt: reservedAt,
        },
      );
    } catch (error) {
      if (error instanceof RefusalError && error.code === 'ALLOCATION.ALREADY_OFFERED') {
        return 'offered-meanwhile';
      }
      throw error;
    }
    const { history } = await this.decisions.load(allocation, id);
    const abandoned = history.find(
      (event) => event.type === 'OfferAbandoned' && event.data.reservationId === reservationId,
    );
    return abandoned === undefined ? null : factOf(abandoned);
  }

  private async declinedUnder(
    allocationId: string,
    reservationId: string,
  ): Promise<(Fact & { readonly amountPence: Pence }) | undefined> {
    const { history } = await this.decisions.load(allocation, allocationId);
    for (const event of history) {
      if (event.type !== 'OfferDeclined' || event.data.reservationId !== reservationId) continue;
      return { ...factOf(event), amountPence: event.data.amountPence };
    }
    return undefined;
  }

  /** As of what shows that the offer has ended, or of the reservation: money that was never promised was never kept. */
  private release(
    { programmeId, reservationId, offer }: SettleReservation['input'] & Pick<OfOffer, 'offer'>,
    reason: string,
    evidence: Fact | null,
    context: SystemContext,
    occurredAt: Instant | undefined = evidence?.occurredAt,
  ): Promise<Outcome> {
    return this.desk.execute(
      programmeId,
      {
        type: 'ReleaseReservation',
        data: {
          reservationId,
          reason,
          evidence: evidence && asFact(evidence),
          ...(offer === undefined ? {} : { offer }),
        },
      },
      {
        ...context,
        commandId: derivedId('release-reservation', programmeId, reservationId),
        ...(occurredAt === undefined ? {} : { occurredAt }),
      },
    );
  }
}

function asFact({ event, occurredAt }: Fact): Fact {
  return { event, occurredAt };
}
