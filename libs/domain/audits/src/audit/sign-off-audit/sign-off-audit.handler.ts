import { endedPartOf } from '#domain/programme';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { audit, auditId } from '../audit.js';
import { newestCycle } from '../complete-audit/newest-cycle.js';

/** Signs off a completed audit; never by somebody who completed it. */
export class SignOffAudit {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      /** Default the newest. */
      readonly cycle?: number;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(SignOffAudit)
export class SignOffAuditHandler implements ICommandHandler<SignOffAudit, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: SignOffAudit): Promise<Outcome> {
    const { programmeId, urn } = input;
    const cycle = input.cycle ?? (await newestCycle(this.decisions, programmeId, urn));
    const ended = await endedPartOf(this.decisions, programmeId, urn);
    const request = { type: 'SignOffAudit', data: { ended } } as const;
    return this.decisions.execute(audit, auditId(programmeId, urn, cycle), request, context);
  }
}
