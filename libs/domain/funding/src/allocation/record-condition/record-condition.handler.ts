import { plan } from '#domain/plans';
import { report, reportId } from '#domain/reporting';
import { derivedId, factOf, later, participationId, refusal, RefusalError, type Fact } from '#kernel';
import { Decisions, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { SystemContext } from '../../policies/caused-by.js';
import { allocation } from '../allocation.js';
import type { AllocationState } from '../allocation-state.js';
import { AGREEMENT_ACCEPTED, PLAN_APPROVED, reportWindowOfCondition } from '../conditions.js';

/**
 * Records on the allocation's stream how one condition stands now, by the stream that it is about: whatever asks
 * for it, and however late, writes what is true.
 */
export class RecordCondition {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly condition: string },
    readonly context: SystemContext,
  ) {}
}

/** The last word on a condition. */
type Standing = Fact & ({ readonly met: true } | { readonly met: false; readonly reason: string });

const MOST_TRIES = 4;

@CommandHandler(RecordCondition)
export class RecordConditionHandler implements ICommandHandler<RecordCondition, Outcome | undefined> {
  constructor(private readonly decisions: Decisions) {}

  /** @returns `undefined` if no offer asks for this condition, or nothing has been said about it */
  async execute({ input, context }: RecordCondition): Promise<Outcome | undefined> {
    const { programmeId, urn, condition } = input;
    const id = participationId(programmeId, urn);
    let outcome: Outcome | undefined;
    let recorded: string | undefined;
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const { state } = await this.decisions.load(allocation, id);
      if (state.status === 'none' || !asksFor(state, condition)) return outcome;
      const standing = await this.standingOf(input, state);
      // It may have changed between looking and writing; what was written is right only if it still stands.
      if (standing === undefined || standing.event.eventId === recorded) return outcome;
      outcome = await this.record(id, condition, standing, state.offer, context);
      recorded = standing.event.eventId;
    }
    throw new RefusalError(
      refusal('CONDITION.CHANGING', 'busy', `'${condition}' of setting ${urn} keeps changing; try again`, {
        urn,
        condition,
      }),
    );
  }

  private record(
    id: string,
    condition: string,
    standing: Standing,
    offer: Fact,
    context: SystemContext,
  ): Promise<Outcome> {
    const { event, occurredAt, met } = standing;
    const said = { condition, evidence: { event, occurredAt } };
    return this.decisions.execute(
      allocation,
      id,
      met
        ? { type: 'RecordConditionMet', data: said }
        : { type: 'RevokeCondition', data: { ...said, reason: standing.reason } },
      {
        ...context,
        // Named by what it records and for which offer, not by the job: however many jobs find the same, it is recorded once.
        commandId: derivedId('record-condition', id, condition, event.eventId, offer.event.eventId),
        // What was met before the offer counts from the offer on.
        occurredAt: later(occurredAt, offer.occurredAt),
      },
    );
  }

  private async standingOf(
    { programmeId, urn, condition }: RecordCondition['input'],
    state: AllocationState,
  ): Promise<Standing | undefined> {
    if (condition === AGREEMENT_ACCEPTED) {
      return 'acceptance' in state ? { ...state.acceptance, met: true } : undefined;
    }
    if (condition === PLAN_APPROVED) {
      const { history } = await this.decisions.load(plan, participationId(programmeId, urn));
      for (const event of history.toReversed()) {
        // What is pending changes nothing; once approved, a variation is what the condition rests on.
        if (event.type === 'ActionPlanApproved' || event.type === 'ActionPlanVariationApproved') {
          return { ...factOf(event), met: true };
        }
        if (event.type === 'ActionPlanApprovalWithdrawn') {
          return { ...factOf(event), met: false, reason: event.data.reason };
        }
      }
      return undefined;
    }
    const window = reportWindowOfCondition(condition);
    if (window === undefined) return undefined;
    const { history } = await this.decisions.load(report, reportId(programmeId, urn, window));
    for (const event of history.toReversed()) {
      if (event.type === 'ProgressReportAccepted') return { ...factOf(event), met: true };
      if (event.type === 'ProgressReportPartlyAccepted') {
        const { tranche, effect } = event.data;
        return tranche === 'may-be-paid'
          ? { ...factOf(event), met: true }
          : { ...factOf(event), met: false, reason: effect };
      }
      if (event.type === 'ProgressReportAcceptanceWithdrawn') {
        return { ...factOf(event), met: false, reason: event.data.reason };
      }
    }
    return undefined;
  }
}

function asksFor(state: Exclude<AllocationState, { status: 'none' }>, condition: string): boolean {
  return state.tranches.some((tranche) => tranche.conditions.includes(condition));
}
