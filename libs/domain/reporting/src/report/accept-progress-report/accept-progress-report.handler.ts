import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { acceptAgainstOthers } from '../accept-against-others/accept-against-others.js';

/** Accepts a submitted report; never by somebody who submitted it, nor against what is accepted of other windows. */
export class AcceptProgressReport {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly window: number },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(AcceptProgressReport)
export class AcceptProgressReportHandler implements ICommandHandler<AcceptProgressReport, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input, context }: AcceptProgressReport): Promise<Outcome> {
    return acceptAgainstOthers(
      this.decisions,
      input,
      (around) => ({ type: 'AcceptProgressReport', data: { around } }),
      context,
    );
  }
}
