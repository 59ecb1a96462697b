import { participationId } from '#kernel';
import { participation } from '#domain/programme';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { audit, auditId, type PreviousCycle } from '../audit.js';

/** Starts one cycle of a setting's audit; the first when none is named. */
export class StartAudit {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly cycle?: number },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(StartAudit)
export class StartAuditHandler implements ICommandHandler<StartAudit, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: StartAudit): Promise<Outcome> {
    const { programmeId, urn, cycle = 1 } = input;
    const { state } = await this.decisions.load(participation, participationId(programmeId, urn));
    const data = {
      programmeId,
      urn,
      cycle,
      participation: state.status === 'enrolled' ? state.enrolment : null,
      previous: cycle > 1 ? await this.completionOf(programmeId, urn, cycle - 1) : null,
    };
    return this.decisions.execute(
      audit,
      auditId(programmeId, urn, cycle),
      { type: 'StartAudit', data },
      context,
    );
  }

  private async completionOf(programmeId: string, urn: string, cycle: number): Promise<PreviousCycle | null> {
    const { state } = await this.decisions.load(audit, auditId(programmeId, urn, cycle));
    return state.status === 'completed' ? { ...state.completion, academicYear: state.academicYear } : null;
  }
}
