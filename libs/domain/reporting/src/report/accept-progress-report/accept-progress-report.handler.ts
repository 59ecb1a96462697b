import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { readAcceptedAround } from '../read-accepted/read-accepted-around.js';
import { report, reportId } from '../report.js';

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

  async execute({ input, context }: AcceptProgressReport): Promise<Outcome> {
    const { programmeId, urn, window } = input;
    const data = { around: await readAcceptedAround(this.decisions, input) };
    const request = { type: 'AcceptProgressReport', data } as const;
    return this.decisions.execute(report, reportId(programmeId, urn, window), request, context);
  }
}
