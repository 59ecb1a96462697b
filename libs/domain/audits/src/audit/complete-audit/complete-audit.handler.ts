import { endedPartOf } from '#domain/programme';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { instrumentOfAudit } from '../../instrument/read-instrument/instrument-of-audit.js';
import { audit, auditId } from '../audit.js';
import { newestCycle } from './newest-cycle.js';
import { answersOf, type AuditAnswers } from '../completion.js';

export interface CompleteAuditInput extends AuditAnswers {
  readonly programmeId: string;
  readonly urn: string;
  /** Default the newest. */
  readonly cycle?: number;
}

/** Completes a started audit: every feature rated for every group that the setting has, at least one need stated. */
export class CompleteAudit {
  constructor(
    readonly input: CompleteAuditInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(CompleteAudit)
export class CompleteAuditHandler implements ICommandHandler<CompleteAudit, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: CompleteAudit): Promise<Outcome> {
    const { programmeId, urn, cycle: _, ...answers } = input;
    const cycle = input.cycle ?? (await newestCycle(this.decisions, programmeId, urn));
    const id = auditId(programmeId, urn, cycle);
    const { state } = await this.decisions.load(audit, id);
    const instrument = await instrumentOfAudit(this.decisions, programmeId, state);
    const ended = await endedPartOf(this.decisions, programmeId, urn);
    const data = { ...answersOf(answers, instrument), instrument, ended };
    return this.decisions.execute(audit, id, { type: 'CompleteAudit', data }, context);
  }
}
