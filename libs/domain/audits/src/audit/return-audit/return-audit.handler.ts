import { endedPartOf } from '#domain/programme';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { audit, auditId } from '../audit.js';
import { cycleToJudge } from '../sign-off-audit/cycle-to-judge.js';

/** Gives a completed audit back to its setting with comments. */
export class ReturnAudit {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      /** Default the newest that is completed, if it waits; an older one that waits is to be named. */
      readonly cycle?: number;
      readonly comments: string;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReturnAudit)
export class ReturnAuditHandler implements ICommandHandler<ReturnAudit, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: ReturnAudit): Promise<Outcome> {
    const { programmeId, urn, comments } = input;
    const cycle = input.cycle ?? (await cycleToJudge(this.decisions, programmeId, urn, context.commandId));
    const ended = await endedPartOf(this.decisions, programmeId, urn);
    const request = { type: 'ReturnAudit', data: { comments, ended } } as const;
    return this.decisions.execute(audit, auditId(programmeId, urn, cycle), request, context);
  }
}
