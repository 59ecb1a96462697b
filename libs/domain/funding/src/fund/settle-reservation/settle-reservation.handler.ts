import {
  derivedId,
  factOf,
  participationId,
  RefusalError,
  sumPence,
  type Fact,
  type Instant,
  type Pence,
} from '#kernel';
import { Decisions, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { costPence, saysAmount, wasMade, type AllocationState } from '../../allocation/allocation-state.js';
import { allocation } from '../../allocation/allocation.js';
import { undrawnTranches } from '../../allocation/carried-over.js';
import type { SystemContext } from '../../policies/caused-by.js';
import { FundDesk } from '../fund-desk.js';
import { partOfRound } from '../../round/round-reservation.js';
import type { Reservation } from '../fund-state.js';
import {
  fund,
  type CarryOverCommitmentCommand,
  type FundCommand,
  type ReduceCommitmentCommand,
} from '../fund.js';
import type { OfOffer } from '../reservation.js';

const NEVER_MADE = 'the offer was never made';
const DECLINED = 'the offer was declined';
const REVISED = 'the allocation was revised downwards';
const NOT_REVISED = 'the revision upwards was never made';

/** Of a round's part the fund has to be told the amount. */
type OfferOf = { readonly offer?: NonNullable<OfOffer['offer']> };
type Standing = Exclude<AllocationState, { status: 'none' }>;

/**
 * Finishes a reservation that was left half done, by what the allocation's own stream says: accepted, it is
 * confirmed; closed, what the allocation did not come to is freed; declined or lapsed, it is freed; offered, it is left as it is; otherwise the offer is abandoned first, and only then the money freed.
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
      if (allocated.status === 'none' || allocated.reservationId !== reservationId) return undefined;
      const lowered = await this.lower(input, reservation, allocated, context);
      return (await this.reduce(input, allocated, context)) ?? lowered;
    }
    if (reservation.status === 'closed') return this.closedAnew(input, reservation, context);
    if (reservation.status !== 'reserved') return undefined;
    const { state: offered } = await this.decisions.load(allocation, reservation.allocationId);
    if (offered.status !== 'none' && offered.reservationId === reservationId) {
      const lowered = await this.lower(input, reservation, offered, context);
      return offered.status === 'offered' ? lowered : this.commit(input, offered, context);
    }
    const ended = await this.endedUnder(reservation.allocationId, reservationId);
    if (ended !== undefined) return this.release(input, ended.reason, ended, context);
    const abandonment = await this.abandon(programmeId, reservation, context);
    // Nothing is offered twice under one reservation: from now on its stream says what became of it.
    if (abandonment === 'offered-meanwhile') return this.execute({ input, context });
    return this.release(input, NEVER_MADE, abandonment, context, reservation.reservedAt);
  }

  /** Of a round the fund knows the sum alone; what was never offered is given back by the round itself. */
  private async settleInRound(
    input: SettleReservation['input'],
    context: SystemContext,
  ): Promise<Outcome | undefined> {
    const part = partOfRound(input.reservationId);
    if (part === undefined) return undefined;
    const allocationId = participationId(input.programmeId, part.urn);
    const { state, history } = await this.decisions.load(allocation, allocationId);
    const offered = history.find(
      (event) => event.type === 'AllocationOffered' && event.data.reservationId === input.reservationId,
    );
    if (offered?.type !== 'AllocationOffered') return undefined;
    // What the round holds for it is what was offered at first, whatever it was revised to since.
    const { amountPence } = offered.data;
    const offer = { allocationId, urn: part.urn, amountPence };
    const ended = await this.endedUnder(allocationId, input.reservationId);
    if (ended !== undefined) return this.release({ ...input, offer }, ended.reason, ended, context);
    if (state.status === 'none' || state.reservationId !== input.reservationId) return undefined;
    const lowered = await this.lower({ ...input, offer }, offer, state, context);
    if (state.status === 'offered') return lowered;
    return this.commit(lowered === undefined ? { ...input, offer } : input, state, context);
  }

  /**
   * What is kept beyond what is allocated is free again: the allocation was revised downwards, or a revision upwards was never
   * made, which is seen to first.
   */
  private async lower(
    { programmeId, reservationId, offer }: SettleReservation['input'] & OfferOf,
    kept: Pick<Reservation, 'allocationId' | 'urn' | 'amountPence' | 'raisedFor'>,
    allocated: Standing,
    context: SystemContext,
  ): Promise<Outcome | undefined> {
    const { raisedFor, amountPence: fromPence } = kept;
    if (fromPence <= allocated.amountPence) return undefined;
    const made = raisedFor !== undefined && wasMade(allocated, raisedFor);
    await this.abandonUnmade({ programmeId, reservationId }, kept, allocated, context);
    const { state: now } = await this.decisions.load(allocation, kept.allocationId);
    if (now.status === 'none' || now.reservationId !== reservationId) return undefined;
    const toPence = now.amountPence;
    if (fromPence <= toPence) return undefined;
    const says = saysAmount(now);
    const revised = made || raisedFor === undefined;
    return this.desk.execute(
      programmeId,
      {
        type: 'LowerReservation',
        data: {
          ...{ reservationId, fromPence, toPence, reason: revised ? REVISED : NOT_REVISED },
          evidence: asFact(says),
          ...(offer === undefined ? {} : { offer }),
        },
      },
      {
        ...context,
        commandId: derivedId('lower-reservation', reservationId, says.event.eventId, raisedFor ?? ''),
        ...(revised ? { occurredAt: says.occurredAt } : {}),
      },
    );
  }

  /** Fences what more was set aside for, should whoever was making it come back. */
  private async abandonUnmade(
    { programmeId, reservationId }: SettleReservation['input'],
    { urn, allocationId: id, raisedFor }: Pick<Reservation, 'allocationId' | 'urn' | 'raisedFor'>,
    allocated: Standing,
    context: SystemContext,
  ): Promise<void> {
    if (raisedFor === undefined || wasMade(allocated, raisedFor) || allocated.abandoned.includes(raisedFor))
      return;
    const data = { programmeId, urn, reservationId, revisionId: raisedFor, reason: NEVER_MADE };
    const commandId = derivedId('abandon-revision', id, raisedFor);
    const request = { type: 'AbandonRevision', data } as const;
    await this.decisions.execute(allocation, id, request, { ...context, commandId });
  }

  /** Confirms what was accepted; and reduces it, should the allocation have been closed by then. */
  private async commit(
    input: SettleReservation['input'] & OfferOf,
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
    const data = { reservationId, costPence: costPence(allocated), closure };
    const carried = await this.carryOver(programmeId, data, allocated, context);
    return carried ?? this.atClosing(programmeId, { type: 'ReduceCommitment', data }, context);
  }

  /** It came to less after it was closed; or the reversal of a receipt was never made, which is seen to first. */
  private async closedAnew(
    { programmeId, reservationId }: SettleReservation['input'],
    reservation: Reservation,
    context: SystemContext,
  ): Promise<Outcome | undefined> {
    const { allocationId, amountPence, raisedFor } = reservation;
    const { state: before } = await this.decisions.load(allocation, allocationId);
    if (before.status !== 'closed' || before.reservationId !== reservationId) return undefined;
    if (costPence(before) >= amountPence) return undefined;
    await this.abandonUnmade({ programmeId, reservationId }, reservation, before, context);
    const { state } = await this.decisions.load(allocation, allocationId);
    if (state.status !== 'closed' || costPence(state) >= amountPence) return undefined;
    const data = { reservationId, costPence: costPence(state), closure: asFact(state.closure) };
    const request = { type: 'ReduceCommitment', data } as const;
    if (raisedFor === undefined || wasMade(state, raisedFor)) {
      return this.atClosing(programmeId, request, context);
    }
    // What was committed again is free from now on, not from the closing on.
    const commandId = derivedId('unrestore-commitment', programmeId, reservationId, raisedFor);
    return this.desk.execute(programmeId, request, { ...context, commandId });
  }

  /** @returns `undefined` if nothing is carried over: all of it goes back to the fund */
  private async carryOver(
    programmeId: string,
    data: ReduceCommitmentCommand['data'],
    { closure: { carriedTo }, tranches }: Extract<Standing, { status: 'closed' }>,
    context: SystemContext,
  ): Promise<Outcome | undefined> {
    if (carriedTo === null) return undefined;
    const amountPence = sumPence(undrawnTranches(tranches));
    const to = { urn: carriedTo, allocationId: participationId(programmeId, carriedTo), amountPence };
    try {
      const request = { type: 'CarryOverCommitment', data: { ...data, to } } as const;
      return await this.atClosing(programmeId, request, context);
    } catch (error) {
      // It was offered money of its own meanwhile, and has one allocation.
      if (error instanceof RefusalError && error.code === 'FUND.ALREADY_RESERVED') return undefined;
      throw error;
    }
  }

  private atClosing(
    programmeId: string,
    request: Pick<ReduceCommitmentCommand | CarryOverCommitmentCommand, 'type' | 'data'> &
      Pick<FundCommand, 'type' | 'data'>,
    context: SystemContext,
  ): Promise<Outcome> {
    const { reservationId, closure } = request.data;
    return this.desk.execute(programmeId, request, {
      ...context,
      commandId: derivedId('reduce-commitment', programmeId, reservationId, closure.event.eventId),
      occurredAt: closure.occurredAt,
    });
  }

  private confirm(
    { programmeId, reservationId, offer }: SettleReservation['input'] & OfferOf,
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
  ): Promise<Fact | 'offered-meanwhile'> {
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
    // Where there was nothing to give up any more, it was offered and has ended.
    return abandoned === undefined ? 'offered-meanwhile' : factOf(abandoned);
  }

  private async endedUnder(
    allocationId: string,
    reservationId: string,
  ): Promise<(Fact & { readonly amountPence: Pence; readonly reason: string }) | undefined> {
    const { history } = await this.decisions.load(allocation, allocationId);
    for (const event of history) {
      if (event.type !== 'OfferDeclined' && event.type !== 'OfferLapsed') continue;
      if (event.data.reservationId !== reservationId) continue;
      const { amountPence, reason: why } = event.data;
      const reason = event.type === 'OfferDeclined' ? DECLINED : `the offer ended, because ${why}`;
      return { ...factOf(event), amountPence, reason };
    }
    return undefined;
  }

  /** As of what shows that the offer has ended, or of the reservation: money that was never promised was never kept. */
  private release(
    { programmeId, reservationId, offer }: SettleReservation['input'] & OfferOf,
    reason: string,
    evidence: Fact,
    context: SystemContext,
    occurredAt: Instant = evidence.occurredAt,
  ): Promise<Outcome> {
    return this.desk.execute(
      programmeId,
      {
        type: 'ReleaseReservation',
        data: {
          reservationId,
          reason,
          evidence: asFact(evidence),
          ...(offer === undefined ? {} : { offer }),
        },
      },
      {
        ...context,
        commandId: derivedId('release-reservation', programmeId, reservationId),
        occurredAt,
      },
    );
  }
}

function asFact({ event, occurredAt }: Fact): Fact {
  return { event, occurredAt };
}
