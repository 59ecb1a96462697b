import { delegationsTo, fundingRulesOn, programme, type ProgrammeState } from '#domain/programme';
import { dateInLondon, participationId, type CalendarDate, type Instant, type Person } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';
import type { ApprovalRules } from '../approval-authority.js';
import { partStanding } from '../read-standing/part-standing.js';

/** Approves a proposed tranche: the second signature, of somebody else. */
export class ApproveTranche {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly number: number },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ApproveTranche)
export class ApproveTrancheHandler implements ICommandHandler<ApproveTranche, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input: { programmeId, urn, number }, context }: ApproveTranche): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const at = context.occurredAt ?? this.decisions.now();
    const standing = await partStanding(this.decisions, programmeId, urn, at);
    const { state } = await this.decisions.load(programme, programmeId);
    const rulesOn = (instant: Instant) => approvalRules(state, context.actor, dateInLondon(instant));
    const approval = { onTheDay: rulesOn(at), now: rulesOn(this.decisions.now()) };
    const data = { number, standing, approval };
    return this.decisions.execute(allocation, id, { type: 'ApproveTranche', data }, context);
  }
}

function approvalRules(state: ProgrammeState, person: Person, day: CalendarDate): ApprovalRules {
  if (state.status === 'none') return { rules: null, delegations: [] };
  const rules = fundingRulesOn(state, day) ?? null;
  return { rules, delegations: delegationsTo(state, person, day) };
}
