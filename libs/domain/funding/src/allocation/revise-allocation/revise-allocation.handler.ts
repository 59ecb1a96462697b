import { derivedId, isRefusal, participationId, RefusalError, type Instant, type Pence } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { FundDesk } from '../../fund/fund-desk.js';
import { givenBackAfter, settledAfter } from '../../fund/settle-reservation/settled-after.js';
import { saysAmount, type Offered } from '../allocation-state.js';
import { allocation } from '../allocation.js';
import { OfferFactsReader } from '../offer-allocation/offer-facts.js';
import { revisable, type RevisionRule } from '../revisions.js';

/** Works an allocation out again, with the reason, because the figure or the policy it rests on was a mistake. */
export class ReviseAllocation {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly rule: RevisionRule;
      readonly reason: string;
    },
    readonly context: CommandContext,
  ) {}
}

/**
 * Upwards the fund sets more aside first, and then the allocation is revised; downwards the allocation is revised, and then the
 * fund keeps less. What was set aside for a revision that is then refused is given back at once, or some minutes later.
 */
@CommandHandler(ReviseAllocation)
export class ReviseAllocationHandler implements ICommandHandler<ReviseAllocation, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundDesk,
    private readonly facts: OfferFactsReader,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input: { programmeId, urn, rule, reason }, context }: ReviseAllocation): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    // Both halves happen at one moment.
    const at = context.occurredAt ?? this.decisions.now();
    const facts = await this.facts.read(programmeId, urn, at);
    const revisionId = derivedId('revision', id, context.commandId);
    const { state, history } = await this.decisions.load(allocation, id);
    const request = (keptPence: Pence) =>
      ({ type: 'ReviseAllocation', data: { ...facts, rule, reason, revisionId, keptPence } }) as const;
    const revise = (keptPence: Pence): Promise<Outcome> =>
      this.decisions.execute(allocation, id, request(keptPence), { ...context, occurredAt: at });
    if (history.some((event) => event.metadata.commandId === context.commandId)) return revise(0);
    const revised = revisable(facts, rule, state);
    const keptPence = isRefusal(revised) ? 0 : Math.max(revised.amountPence, revised.fromPence);
    // What is refused is refused before anything is set aside.
    const decision = allocation.decide({ ...request(keptPence), by: context.actor, at }, state);
    if (isRefusal(decision)) throw new RefusalError(decision);
    if (isRefusal(revised) || state.status === 'none') return revise(keptPence);
    const { fromPence, amountPence: toPence } = revised;
    if (toPence > fromPence) await this.raise(state, { fromPence, toPence }, revisionId, at, context);
    const reservation = { programmeId, reservationId: state.reservationId };
    let outcome: Outcome;
    try {
      outcome = await revise(keptPence);
    } catch (error) {
      await givenBackAfter(error, reservation, context, this.commands);
      throw error;
    }
    return settledAfter(outcome, reservation, context, this.commands);
  }

  private async raise(
    state: Offered,
    { fromPence, toPence }: { readonly fromPence: Pence; readonly toPence: Pence },
    revisionId: string,
    occurredAt: Instant,
    context: CommandContext,
  ): Promise<void> {
    const { programmeId, urn, reservationId } = state;
    const allocationId = participationId(programmeId, urn);
    const { event, occurredAt: since } = saysAmount(state);
    await this.desk.execute(
      programmeId,
      {
        type: 'RaiseReservation',
        data: {
          ...{ reservationId, fromPence, toPence, revisionId, corrects: { event, occurredAt: since } },
          // Of a round the fund knows the sum alone.
          offer: { allocationId, urn, amountPence: fromPence },
        },
      },
      {
        ...context,
        commandId: derivedId('raise-reservation', allocationId, revisionId),
        causationId: context.commandId,
        occurredAt,
      },
    );
  }
}
