import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { readAcceptedAround } from '../read-accepted/read-accepted-around.js';
import type { PartlyAccepted } from '../report-verdicts.js';
import { report, reportId } from '../report.js';

export type AcceptPartOfReportInput = PartlyAccepted & {
  readonly programmeId: string;
  readonly urn: string;
  readonly window: number;
};

/** Accepts a report for some of its actions, and states what that means for the tranche that waits for it. */
export class AcceptPartOfReport {
  constructor(
    readonly input: AcceptPartOfReportInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(AcceptPartOfReport)
export class AcceptPartOfReportHandler implements ICommandHandler<AcceptPartOfReport, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: AcceptPartOfReport): Promise<Outcome> {
    const { programmeId, urn, window, ...verdict } = input;
    const data = { verdict, around: await readAcceptedAround(this.decisions, input) };
    const request = { type: 'AcceptPartOfReport', data } as const;
    return this.decisions.execute(report, reportId(programmeId, urn, window), request, context);
  }
}
