import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { audit, auditId } from '../audit.js';

/** Gives a completed audit back to its setting with comments. */
export class ReturnAudit {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      /** Default 1. */
      readonly cycle?: number;
      readonly comments: string;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReturnAudit)
export class ReturnAuditHandler implements ICommandHandler<ReturnAudit, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input, context }: ReturnAudit): Promise<Outcome> {
    const { programmeId, urn, cycle = 1, comments } = input;
    const request = { type: 'ReturnAudit', data: { comments } } as const;
    return this.decisions.execute(audit, auditId(programmeId, urn, cycle), request, context);
  }
}
