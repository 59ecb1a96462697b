import { requireOpenProgramme } from '#domain/programme';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { report, reportId } from '../report.js';

/** Withdraws the acceptance of a report, which may then be corrected or accepted again. */
export class WithdrawReportAcceptance {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly window: number;
      readonly reason: string;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(WithdrawReportAcceptance)
export class WithdrawReportAcceptanceHandler implements ICommandHandler<WithdrawReportAcceptance, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `REPORT.*`, `PROGRAMME.CLOSED`: what was paid is accounted for when a programme is closed, and stays so */
  async execute({ input, context }: WithdrawReportAcceptance): Promise<Outcome> {
    const { programmeId, urn, window, reason } = input;
    await requireOpenProgramme(this.decisions, programmeId);
    const request = { type: 'WithdrawReportAcceptance', data: { reason } } as const;
    return this.decisions.execute(report, reportId(programmeId, urn, window), request, context);
  }
}
