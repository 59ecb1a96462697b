import { plan } from '#domain/plans';
import { participation } from '#domain/programme';
import { participationId } from '#kernel';
import { Attachments } from '#platform/attachments';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MOST_EVIDENCE, MOST_REPORTED_ACTIONS, type ReportContents } from '../report-rules.js';
import type { EvidenceFile } from '../report.events.js';
import { report, reportId } from '../report.js';

type ReportedAction = Omit<ReportContents['actions'][number], 'note' | 'evidence'> & {
  readonly note?: string;
  readonly evidence?: readonly string[];
};

export interface SubmitProgressReportInput {
  readonly programmeId: string;
  readonly urn: string;
  readonly window: number;
  readonly summary: string;
  /** A note left out is empty, and evidence left out is none. */
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
  constructor(
    private readonly decisions: Decisions,
    private readonly attachments: Attachments,
  ) {}

  async execute({ input, context }: SubmitProgressReport): Promise<Outcome> {
    const { programmeId, urn, window, ...contents } = input;
    const id = participationId(programmeId, urn);
    const { state: part } = await this.decisions.load(participation, id);
    const planned = await this.decisions.load(plan, id);
    const actions = whole(contents.actions);
    const data = {
      programmeId,
      urn,
      window,
      enrolment: part.status === 'enrolled' ? { ...part.enrolment, windows: part.reportWindows } : null,
      plan:
        planned.state.status === 'approved'
          ? { ...planned.state.approval, actionIds: planned.state.actions.map(({ actionId }) => actionId) }
          : null,
      contents: { ...contents, actions },
      attachments: await this.attachmentsOf(urn, actions),
    };
    return this.decisions.execute(
      report,
      reportId(programmeId, urn, window),
      { type: 'SubmitProgressReport', data },
      context,
    );
  }

  /** Those that are kept for the setting; of a report that is too long to be accepted no more than one that is not. */
  private async attachmentsOf(
    urn: string,
    actions: ReportContents['actions'],
  ): Promise<Record<string, EvidenceFile>> {
    if (!Array.isArray(actions)) return {};
    const named = actions.flatMap((action: { evidence?: unknown } | null) =>
      Array.isArray(action?.evidence) ? (action.evidence as unknown[]) : [],
    );
    const hashes = new Set(named.filter((sha256): sha256 is string => typeof sha256 === 'string'));
    const found: Record<string, EvidenceFile> = {};
    for (const sha256 of [...hashes].slice(0, MOST_EVIDENCE * MOST_REPORTED_ACTIONS)) {
      const kept = await this.attachments.findOf(urn, sha256);
      if (kept === undefined) continue;
      const { fileName, mediaType, bytes } = kept;
      found[sha256] = { fileName, mediaType, bytes, sha256 };
    }
    return found;
  }
}

/** What has not the right shape stays as it is, for the decider to refuse by name. */
function whole(actions: readonly ReportedAction[]): ReportContents['actions'] {
  if (!Array.isArray(actions)) return actions as never;
  return actions.map((action: ReportedAction | null) =>
    typeof action === 'object' && action !== null
      ? { ...action, note: action.note ?? '', evidence: (action.evidence ?? []) as string[] }
      : (action as never),
  );
}
