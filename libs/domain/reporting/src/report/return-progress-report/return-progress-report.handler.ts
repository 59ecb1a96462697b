import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Returned } from '../report-verdicts.js';
import { report, reportId } from '../report.js';

export type ReturnProgressReportInput = Pick<Returned, 'comments'> & {
  readonly programmeId: string;
  readonly urn: string;
  readonly window: number;
  /** Left out: there is nothing to say of single actions. */
  readonly actions?: Returned['actions'];
};

/** Gives a report back to its setting with comments, to be corrected and sent again. */
export class ReturnProgressReport {
  constructor(
    readonly input: ReturnProgressReportInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReturnProgressReport)
export class ReturnProgressReportHandler implements ICommandHandler<ReturnProgressReport, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input, context }: ReturnProgressReport): Promise<Outcome> {
    const { programmeId, urn, window, actions = [], ...data } = input;
    const request = { type: 'ReturnProgressReport', data: { ...data, actions } } as const;
    return this.decisions.execute(report, reportId(programmeId, urn, window), request, context);
  }
}
