import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { audit, auditId, type CompletedAudit } from '../audit.js';

export interface CompleteAuditInput extends Omit<CompletedAudit, 'supportedBy'> {
  readonly programmeId: string;
  readonly urn: string;
  /** Default 1. */
  readonly cycle?: number;
  readonly supportedBy?: string | null;
}

/** Completes a started audit: every feature rated, at least one need stated. */
export class CompleteAudit {
  constructor(
    readonly input: CompleteAuditInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(CompleteAudit)
export class CompleteAuditHandler implements ICommandHandler<CompleteAudit, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input, context }: CompleteAudit): Promise<Outcome> {
    const { programmeId, urn, cycle = 1, supportedBy = null, ...answers } = input;
    return this.decisions.execute(
      audit,
      auditId(programmeId, urn, cycle),
      { type: 'CompleteAudit', data: { ...answers, supportedBy } },
      context,
    );
  }
}
