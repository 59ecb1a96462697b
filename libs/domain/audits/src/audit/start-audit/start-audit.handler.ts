import { participationId } from '#kernel';
import { endedPartOf, participation } from '#domain/programme';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { auditInstrument, instrumentAt } from '../../instrument/instrument.js';
import { audit, auditId, type PreviousCycle } from '../audit.js';
import { newestCycle } from '../complete-audit/newest-cycle.js';

/** Starts one cycle of a setting's audit; when none is named, the first that is not completed. */
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
    const { programmeId, urn } = input;
    const cycle = input.cycle ?? (await this.nextCycle(programmeId, urn, context.commandId));
    const { state } = await this.decisions.load(participation, participationId(programmeId, urn));
    const { state: instrument } = await this.decisions.load(auditInstrument, programmeId);
    const data = {
      programmeId,
      urn,
      cycle,
      participation: state.status === 'enrolled' ? state.enrolment : null,
      ended: await endedPartOf(this.decisions, programmeId, urn),
      previous: cycle > 1 ? await this.completionOf(programmeId, urn, cycle - 1) : null,
      instrument: instrumentAt(instrument, context.occurredAt ?? this.decisions.now()),
    };
    return this.decisions.execute(
      audit,
      auditId(programmeId, urn, cycle),
      { type: 'StartAudit', data },
      context,
    );
  }

  /** The newest, unless it is completed; a command sent again means the one that it started. */
  private async nextCycle(programmeId: string, urn: string, commandId: string): Promise<number> {
    const newest = await newestCycle(this.decisions, programmeId, urn);
    const { state, history } = await this.decisions.load(audit, auditId(programmeId, urn, newest));
    const again = history.some(({ metadata }) => metadata.commandId === commandId);
    return state.status === 'completed' && !again ? newest + 1 : newest;
  }

  private async completionOf(programmeId: string, urn: string, cycle: number): Promise<PreviousCycle | null> {
    const { state } = await this.decisions.load(audit, auditId(programmeId, urn, cycle));
    return state.status === 'completed' ? { ...state.completion, academicYear: state.academicYear } : null;
  }
}
