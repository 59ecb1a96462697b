import { derivedId, isRefusal, participationId, RefusalError, type Instant, type Pence } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { FundDesk } from '../../fund/fund-desk.js';
import { fund } from '../../fund/fund.js';
import { givenBackAfter, settledAfter } from '../../fund/settle-reservation/settled-after.js';
import { saysAmount, type AllocationState } from '../allocation-state.js';
import { allocation } from '../allocation.js';
import { figureCorrected } from '../offer-allocation/figures-of-census.js';
import { OfferFactsReader } from '../offer-allocation/offer-facts.js';
import { revisable, type RevisionFacts, type RevisionRule } from '../revisions.js';
import { SharesToRevise } from './shares-to-revise.js';

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

type Input = ReviseAllocation['input'];
type Standing = Exclude<AllocationState, { status: 'none' }>;

/**
 * Upwards the fund sets more aside first, and then the allocation is revised; downwards the allocation is revised, and then the
 * fund keeps less. What was set aside for a revision that is then refused is given back at once, or some minutes later. A share
 * of a round that waits because its figure was corrected is offered first, once all that can be refused was looked at; broken
 * off after that, the same command goes on.
 */
@CommandHandler(ReviseAllocation)
export class ReviseAllocationHandler implements ICommandHandler<ReviseAllocation, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundDesk,
    private readonly facts: OfferFactsReader,
    private readonly shares: SharesToRevise,
    private readonly commands: CommandBus,
  ) {}

  async execute({ input, context }: ReviseAllocation): Promise<Outcome> {
    const id = participationId(input.programmeId, input.urn);
    // Everything that is written happens at one moment.
    const at = context.occurredAt ?? this.decisions.now();
    const { state, history } = await this.decisions.load(allocation, id);
    const known = history.filter(
      ({ metadata: { commandId, causationId } }) =>
        commandId === context.commandId || causationId === context.commandId,
    );
    const share = known.length === 0 ? await this.shares.find(input, state, at) : undefined;
    if (share === undefined) {
      // Its caller cannot know the offer that this very command made before it was broken off.
      const offeredHere = known.some(({ type }) => type === 'AllocationOffered');
      return this.revise(input, at, offeredHere ? withoutRevision(context) : context);
    }
    await this.refuseBeforeOffer(input, share.offered, at, context);
    const byCommand = { ...context, commandId: share.commandId, causationId: context.commandId };
    const offer = await this.decisions.execute(allocation, id, share.request, {
      ...byCommand,
      occurredAt: at,
    });
    const revision = await this.revise(input, at, withoutRevision(context));
    return { ...revision, events: [...offer.events, ...revision.events] };
  }

  /** What would be refused once the share is offered is refused while nothing is. */
  private async refuseBeforeOffer(
    input: Input,
    offered: AllocationState,
    at: Instant,
    context: CommandContext,
  ): Promise<void> {
    const facts = await this.factsOf(input, at, offered);
    const plan = this.planned(input, facts, offered, at, context);
    if (offered.status === 'none' || plan.toPence <= plan.fromPence) return;
    const { state } = await this.decisions.load(fund, input.programmeId);
    const request = raising(offered, plan);
    const raised = fund.decide({ ...request, by: context.actor, at }, state);
    if (isRefusal(raised)) throw new RefusalError(raised);
  }

  private async revise(input: Input, at: Instant, context: CommandContext): Promise<Outcome> {
    const { programmeId, urn } = input;
    const id = participationId(programmeId, urn);
    const { state, history } = await this.decisions.load(allocation, id);
    const facts = await this.factsOf(input, at, state);
    const revise = (keptPence: Pence): Promise<Outcome> =>
      this.decisions.execute(allocation, id, revising(input, facts, keptPence, context), {
        ...context,
        occurredAt: at,
      });
    if (history.some((event) => event.metadata.commandId === context.commandId)) return revise(0);
    const plan = this.planned(input, facts, state, at, context);
    if (state.status === 'none') return revise(plan.keptPence);
    if (plan.toPence > plan.fromPence) await this.raise(state, plan, at, context);
    const reservation = { programmeId, reservationId: state.reservationId };
    let outcome: Outcome;
    try {
      outcome = await revise(plan.keptPence);
    } catch (error) {
      await givenBackAfter(error, reservation, context, this.commands);
      throw error;
    }
    return settledAfter(outcome, reservation, context, this.commands);
  }

  private factsOf(
    { programmeId, urn, rule }: Input,
    at: Instant,
    state: AllocationState,
  ): Promise<RevisionFacts> {
    return this.facts.read(programmeId, urn, at, figureCorrected(state, rule));
  }

  /** @throws RefusalError as the revision would be refused: before anything is set aside */
  private planned(
    input: Input,
    facts: RevisionFacts,
    state: AllocationState,
    at: Instant,
    context: CommandContext,
  ): Plan {
    const revised = revisable(facts, input.rule, state);
    const [fromPence, toPence] = isRefusal(revised) ? [0, 0] : [revised.fromPence, revised.amountPence];
    const keptPence = Math.max(fromPence, toPence);
    const request = revising(input, facts, keptPence, context);
    const decision = allocation.decide({ ...request, by: context.actor, at }, state);
    if (isRefusal(decision)) throw new RefusalError(decision);
    return { fromPence, toPence, keptPence, revisionId: request.data.revisionId };
  }

  private async raise(
    state: Standing,
    plan: Plan,
    occurredAt: Instant,
    context: CommandContext,
  ): Promise<void> {
    const { programmeId, urn } = state;
    await this.desk.execute(programmeId, raising(state, plan), {
      ...context,
      commandId: derivedId('raise-reservation', participationId(programmeId, urn), plan.revisionId),
      causationId: context.commandId,
      occurredAt,
    });
  }
}

interface Plan {
  readonly fromPence: Pence;
  readonly toPence: Pence;
  /** What the fund keeps until it is revised. */
  readonly keptPence: Pence;
  readonly revisionId: string;
}

function withoutRevision({ expectedRevision: _, ...context }: CommandContext): CommandContext {
  return context;
}

function revising(
  { programmeId, urn, rule, reason }: Input,
  facts: RevisionFacts,
  keptPence: Pence,
  { commandId }: CommandContext,
) {
  const revisionId = derivedId('revision', participationId(programmeId, urn), commandId);
  return { type: 'ReviseAllocation', data: { ...facts, rule, reason, revisionId, keptPence } } as const;
}

function raising(state: Standing, { fromPence, toPence, revisionId }: Plan) {
  const { programmeId, urn, reservationId } = state;
  const allocationId = participationId(programmeId, urn);
  const { event, occurredAt } = saysAmount(state);
  const data = {
    ...{ reservationId, fromPence, toPence, revisionId, corrects: { event, occurredAt } },
    // Of a round the fund knows the sum alone.
    offer: { allocationId, urn, amountPence: fromPence },
  };
  return { type: 'RaiseReservation', data } as const;
}
