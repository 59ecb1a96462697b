import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { acceptAgainstOthers } from '../accept-against-others/accept-against-others.js';
import type { PartlyAccepted } from '../report-verdicts.js';

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

  execute({ input, context }: AcceptPartOfReport): Promise<Outcome> {
    const { programmeId, urn, window, ...verdict } = input;
    return acceptAgainstOthers(
      this.decisions,
      { programmeId, urn, window },
      (around) => ({ type: 'AcceptPartOfReport', data: { verdict, around } }),
      context,
    );
  }
}
