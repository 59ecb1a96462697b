import { plan } from '#domain/plans';
import { isEnded, participation, type ParticipationState } from '#domain/programme';
import { participationId } from '#kernel';
import { Attachments } from '#platform/attachments';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { readAcceptedAround } from '../read-accepted/read-accepted-around.js';
import { MOST_EVIDENCE, MOST_REPORTED_ACTIONS, type ReportContents } from '../report-rules.js';
import type { Arrival, EvidenceFile } from '../report.events.js';
import { report, reportId, type SubmitProgressReportCommand } from '../report.js';
import { planReportedOn } from './plan-reported-on.js';

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
  /** Left out: it is the setting's own submission, or was made for it on the day. */
  readonly arrival?: Arrival;
}

/**
 * Submits a setting's progress report for one window, or a corrected one while it is not accepted. A setting whose part
 * has ended may still report what it had spent, in any window of which no report is accepted.
 */
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
    const { programmeId, urn, window, arrival = null, ...contents } = input;
    const id = participationId(programmeId, urn);
    const { state: part } = await this.decisions.load(participation, id);
    const planned = await this.decisions.load(plan, id);
    const actions = whole(contents.actions);
    const data: SubmitProgressReportCommand['data'] = {
      ...{ programmeId, urn, window, arrival, receivedAt: this.decisions.now() },
      enrolment: enrolmentOf(part),
      plan: planReportedOn(planned, 'enrolment' in part && isEnded(part)),
      acceptedBefore: (await readAcceptedAround(this.decisions, input)).before,
      contents: { ...contents, actions },
      attachments: await this.attachmentsOf(input, context.actor.subject, actions),
    };
    return this.decisions.execute(
      report,
      reportId(programmeId, urn, window),
      { type: 'SubmitProgressReport', data },
      context,
    );
  }

  /**
   * Those that are kept for the setting, or that a report of this window has cited before; of a report that is too long to be
   * accepted no more than one that is not.
   */
  private async attachmentsOf(
    { programmeId, urn, window }: SubmitProgressReportInput,
    subject: string,
    actions: ReportContents['actions'],
  ): Promise<Record<string, EvidenceFile>> {
    if (!Array.isArray(actions)) return {};
    const named = actions.flatMap((action: { evidence?: unknown } | null) =>
      Array.isArray(action?.evidence) ? (action.evidence as unknown[]) : [],
    );
    const hashes = new Set(named.filter((sha256): sha256 is string => typeof sha256 === 'string'));
    if (hashes.size === 0) return {};
    const { history } = await this.decisions.load(report, reportId(programmeId, urn, window));
    const cited = history.flatMap((event) =>
      event.type === 'ProgressReportSubmitted' ? event.data.actions.flatMap(({ evidence }) => evidence) : [],
    );
    const found: Record<string, EvidenceFile> = {};
    for (const sha256 of [...hashes].slice(0, MOST_EVIDENCE * MOST_REPORTED_ACTIONS)) {
      const kept =
        (await this.attachments.findOf(urn, sha256, subject)) ??
        cited.findLast((file) => file.sha256 === sha256);
      if (kept === undefined) continue;
      const { fileName, mediaType, bytes } = kept;
      found[sha256] = { fileName, mediaType, bytes, sha256 };
    }
    return found;
  }
}

function enrolmentOf(part: ParticipationState): SubmitProgressReportCommand['data']['enrolment'] {
  if (!('enrolment' in part)) return null;
  return { ...part.enrolment, windows: part.reportWindows, ending: isEnded(part) ? part.ending : null };
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
