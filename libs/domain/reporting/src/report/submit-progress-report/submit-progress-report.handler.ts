import { plan } from '#domain/plans';
import { participation } from '#domain/programme';
import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ReportContents } from '../report-rules.js';
import { report, reportId } from '../report.js';

type ReportedAction = Omit<ReportContents['actions'][number], 'note'> & { readonly note?: string };

export interface SubmitProgressReportInput {
  readonly programmeId: string;
  readonly urn: string;
  readonly window: number;
  readonly summary: string;
  /** A note left out is empty. */
  readonly actions: readonly ReportedAction[];
}

/** Submits a setting's progress report for one window, or a corrected one while it is not accepted. */
export class SubmitProgressReport {
  constructor(
    readonly input: SubmitProgressReportInput,
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(SubmitProgressReport)
export class SubmitProgressReportHandler implements ICommandHandler<SubmitProgressReport, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: SubmitProgressReport): Promise<Outcome> {
    const { programmeId, urn, window, ...contents } = input;
    const id = participationId(programmeId, urn);
    const { state: part } = await this.decisions.load(participation, id);
    const planned = await this.decisions.load(plan, id);
    const data = {
      programmeId,
      urn,
      window,
      enrolment: part.status === 'enrolled' ? { ...part.enrolment, windows: part.reportWindows } : null,
      plan:
        planned.state.status === 'approved'
          ? { ...planned.state.approval, actionIds: planned.state.actions.map(({ actionId }) => actionId) }
          : null,
      contents: { ...contents, actions: withNotes(contents.actions) },
    };
    return this.decisions.execute(
      report,
      reportId(programmeId, urn, window),
      { type: 'SubmitProgressReport', data },
      context,
    );
  }
}

/** What has not the right shape stays as it is, for the decider to refuse by name. */
function withNotes(actions: readonly ReportedAction[]): ReportContents['actions'] {
  if (!Array.isArray(actions)) return actions as never;
  return actions.map((action: ReportedAction | null) =>
    typeof action === 'object' && action !== null
      ? { ...action, note: action.note ?? '' }
      : (action as never),
  );
}
