import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import {
  auditInstrument,
  instrumentOf,
  NATIONAL_STRATEGY,
  type InstrumentVersion,
} from '../../instrument/instrument.js';
import { audit, auditId } from '../audit.js';
import { newestCycle } from './newest-cycle.js';
import { answersOf, type AuditAnswers } from '../completion.js';

export interface CompleteAuditInput extends AuditAnswers {
  readonly programmeId: string;
  readonly urn: string;
  /** Default the newest. */
  readonly cycle?: number;
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

  async execute({ input, context }: CompleteAudit): Promise<Outcome> {
    const { programmeId, urn, cycle: _, ...answers } = input;
    const cycle = input.cycle ?? (await newestCycle(this.decisions, programmeId, urn));
    const id = auditId(programmeId, urn, cycle);
    const instrument = await this.instrumentOf(programmeId, id);
    return this.decisions.execute(
      audit,
      id,
      { type: 'CompleteAudit', data: { ...answersOf(answers), instrument } },
      context,
    );
  }

  /** That of the cycle's beginning, whatever has been published since. */
  private async instrumentOf(programmeId: string, id: string): Promise<InstrumentVersion> {
    const { state } = await this.decisions.load(audit, id);
    if (state.status === 'not-started' || state.instrumentVersion === NATIONAL_STRATEGY.version)
      return NATIONAL_STRATEGY;
    const { state: published } = await this.decisions.load(auditInstrument, programmeId);
    const version = instrumentOf(published, state.instrumentVersion);
    if (version === undefined)
      throw new Error(
        `${id} rates by version ${state.instrumentVersion} of the instrument, which is not there`,
      );
    return version;
  }
}
