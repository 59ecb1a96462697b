import { audit, auditId, MOST_CYCLES } from '#domain/audits';
import { programme } from '#domain/programme';
import { parseDate, participationId, refusal, RefusalError, type Fact, type Instant } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { PlanBounds, SubmittedActions } from '../plan-rules.js';
import { plan } from '../plan.js';

type CompletedAudit = Fact & Pick<PlanBounds, 'needIds'>;

export interface SubmitActionPlanInput {
  readonly programmeId: string;
  readonly urn: string;
  /** Whose needs the actions answer; default the newest audit that was completed by then. */
  readonly auditCycle?: number;
  readonly actions: SubmittedActions;
}

/** Submits a setting's action plan, or submits it again after it was returned. */
export class SubmitActionPlan {
  constructor(
    readonly input: SubmitActionPlanInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(SubmitActionPlan)
export class SubmitActionPlanHandler implements ICommandHandler<SubmitActionPlan, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: SubmitActionPlan): Promise<Outcome> {
    const { programmeId, urn, auditCycle, actions } = input;
    const by = context.occurredAt ?? this.decisions.now();
    const data = {
      programmeId,
      urn,
      audit: await this.completedAudit(programmeId, urn, auditCycle, by),
      programme: await this.datesOf(programmeId),
      actions,
    };
    return this.decisions.execute(
      plan,
      participationId(programmeId, urn),
      { type: 'SubmitActionPlan', data },
      context,
    );
  }

  private async datesOf(programmeId: string): Promise<Pick<PlanBounds, 'startsOn' | 'endsOn'> | null> {
    const { state } = await this.decisions.load(programme, programmeId);
    if (state.status === 'none') return null;
    const { startsOn, endsOn } = state.terms;
    return { startsOn: parseDate(startsOn, 'startsOn'), endsOn: parseDate(endsOn, 'endsOn') };
  }

  /** The one asked for; else the newest that was completed by then, so that a plan told late finds the audit of its day. */
  private async completedAudit(
    programmeId: string,
    urn: string,
    cycle: number | undefined,
    by: Instant,
  ): Promise<CompletedAudit | null> {
    if (cycle !== undefined) {
      if (!Number.isInteger(cycle) || cycle < 1 || cycle > MOST_CYCLES) throw badCycle();
      return (await this.auditOf(programmeId, urn, cycle)).completed;
    }
    const found: CompletedAudit[] = [];
    for (let number = 1; number <= MOST_CYCLES; number += 1) {
      const { exists, completed } = await this.auditOf(programmeId, urn, number);
      if (!exists) break;
      if (completed !== null) found.push(completed);
    }
    return found.findLast(({ occurredAt }) => occurredAt <= by) ?? found[0] ?? null;
  }

  private async auditOf(programmeId: string, urn: string, cycle: number) {
    const { state } = await this.decisions.load(audit, auditId(programmeId, urn, cycle));
    if (state.status !== 'completed') return { exists: state.status !== 'not-started', completed: null };
    return {
      exists: true,
      completed: { ...state.completion, needIds: state.needs.map(({ needId }) => needId) },
    };
  }
}

function badCycle(): RefusalError {
  return new RefusalError(
    refusal('PLAN.AUDIT_CYCLE', 'invalid', `auditCycle must be a whole number from 1 to ${MOST_CYCLES}`, {
      field: 'auditCycle',
    }),
  );
}
