import { audit, auditId, instrumentOfAudit, MOST_CYCLES } from '#domain/audits';
import { endedPartOf, programme } from '#domain/programme';
import {
  parseDate,
  participationId,
  refusal,
  RefusalError,
  type EventReference,
  type Fact,
  type Instant,
} from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { Inject, Injectable } from '@nestjs/common';
import { ALLOCATIONS, type Allocations } from '../allocated.js';
import type { PlanContents, RestsOn } from '../plan-contents.js';
import type { PlanBounds, SubmittedActions } from '../plan-rules.js';
import { plan } from '../plan.js';
import type { PlanState } from '../plan-state.js';
import { auditStandingOf } from '../read-audit/audit-standing-of.js';

type CompletedAudit = Fact & Pick<PlanBounds, 'needIds' | 'groups'>;

/** What a setting says when it submits a plan or a variation of it. */
export interface SubmissionInput {
  readonly programmeId: string;
  readonly urn: string;
  /** Whose needs the actions answer; default the newest audit that was completed by then. */
  readonly auditCycle?: number;
  readonly actions: SubmittedActions;
}

/** Looks up in other streams what a submission rests on. */
@Injectable()
export class SubmissionFacts {
  constructor(
    private readonly decisions: Decisions,
    @Inject(ALLOCATIONS) private readonly allocations: Allocations,
  ) {}

  /** @throws RefusalError `PLAN.AUDIT_CYCLE` */
  async of(
    { programmeId, urn, auditCycle, actions }: SubmissionInput,
    context: CommandContext,
  ): Promise<PlanContents> {
    const by = context.occurredAt ?? this.decisions.now();
    const completed = await this.completedAudit(programmeId, urn, auditCycle, by);
    return {
      programmeId,
      urn,
      audit: completed,
      programme: await this.datesOf(programmeId),
      ...(await this.grounds(programmeId, urn, completed?.event ?? null)),
      actions,
    };
  }

  /**
   * What the approval of a version rests on.
   * @param answered the completion that it names, in the plan as it is
   */
  async forApproval(
    { programmeId, urn }: Pick<SubmissionInput, 'programmeId' | 'urn'>,
    answered: (state: PlanState) => EventReference | null,
  ): Promise<RestsOn> {
    const { state } = await this.decisions.load(plan, participationId(programmeId, urn));
    return this.grounds(programmeId, urn, answered(state));
  }

  private async grounds(programmeId: string, urn: string, answered: EventReference | null): Promise<RestsOn> {
    return {
      standing: answered && (await auditStandingOf(this.decisions, answered)),
      ended: await endedPartOf(this.decisions, programmeId, urn),
      allocated: await this.allocations.of(programmeId, urn),
    };
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
    const { groups } = await instrumentOfAudit(this.decisions, programmeId, state);
    const completed = {
      ...{ ...state.completion, needIds: state.needs.map(({ needId }) => needId) },
      groups: groups.map(({ slug }) => slug),
    };
    return { exists: true, completed };
  }
}

function badCycle(): RefusalError {
  return new RefusalError(
    refusal('PLAN.AUDIT_CYCLE', 'invalid', `auditCycle must be a whole number from 1 to ${MOST_CYCLES}`, {
      field: 'auditCycle',
    }),
  );
}
