import { endedPartOf } from '#domain/programme';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { audit, auditId } from '../audit.js';
import { cycleToJudge } from './cycle-to-judge.js';

/** Signs off a completed audit; never by somebody who completed it. */
export class SignOffAudit {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      /** Default the newest that is completed, if it waits; an older one that waits is to be named. */
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
    const cycle = input.cycle ?? (await cycleToJudge(this.decisions, programmeId, urn, context.commandId));
    const ended = await endedPartOf(this.decisions, programmeId, urn);
    const request = { type: 'SignOffAudit', data: { ended } } as const;
    return this.decisions.execute(audit, auditId(programmeId, urn, cycle), request, context);
  }
}
