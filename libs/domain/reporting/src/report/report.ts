import type { ReportWindow } from '#domain/programme';
import {
  isRefusal,
  refusal,
  refuseBefore,
  type Aggregate,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type Refusal,
} from '#kernel';
import { Equal } from 'typebox/value';
import { refuseSpending, type AcceptedElsewhere, type PlannedAction } from './refuse-spending.js';
import { brokenRule, refuseDating, refuseOutside, type ReportContents } from './report-rules.js';
import { evolve, wrongState, type ReportState } from './report-state.js';
import { judge, type VerdictCommand } from './report-verdicts.js';
import {
  progressReportSubmitted,
  reportEvents,
  type ActionProgress,
  type Arrival,
  type EvidenceFile,
  type ReportEvent,
} from './report.events.js';

export type SubmitProgressReportCommand = Command<
  'SubmitProgressReport',
  Readonly<{
    programmeId: string;
    urn: string;
    /** The number that was asked for. */
    window: number;
    /** When it was received, whatever day the command says it came on. */
    receivedAt: Instant;
    /** How a report came that operations records; `null` if there is nothing to say. */
    arrival: Arrival | null;
    /** The setting's enrolment, which says what the windows are; `null` if it never was enrolled. */
    enrolment:
      | (Fact & {
          readonly windows: readonly ReportWindow[];
          /** What ended its part; `null` while it takes part. */
          readonly ending: Fact | null;
        })
      | null;
    /** The approval of the plan in force, or that was when the part ended; `null` if there is none. */
    plan:
      | (Fact & {
          readonly actions: readonly PlannedAction[];
          /** Actions only of earlier versions that were in force, as the newest of those has them. */
          readonly formerly: readonly PlannedAction[];
        })
      | null;
    /** What the reports of earlier windows had accepted as spent, by `actionId`. */
    acceptedBefore: Readonly<Record<string, AcceptedElsewhere>>;
    contents: ReportContents;
    /** The attachments that the contents name, by SHA-256: those that are kept. */
    attachments: Readonly<Record<string, EvidenceFile>>;
  }>
>;
export type ReportCommand = SubmitProgressReportCommand | VerdictCommand;

type SubmitData = SubmitProgressReportCommand['data'];
/** A submission all of whose references were found. */
type Grounded = Readonly<{
  enrolment: NonNullable<SubmitData['enrolment']>;
  plan: NonNullable<SubmitData['plan']>;
  window: ReportWindow;
}>;

function groundsOf({ programmeId, urn, enrolment, plan, window: number }: SubmitData): Grounded | Refusal {
  if (enrolment === null) {
    return refusal(
      'REPORT.SETTING_NOT_ENROLLED',
      'not-found',
      `setting ${urn} is not enrolled in programme ${programmeId}`,
      { programmeId, urn },
    );
  }
  const window = enrolment.windows.find((one) => one.number === number);
  if (window === undefined) {
    return refusal(
      'REPORT.WINDOW_NOT_FOUND',
      'not-found',
      `programme ${programmeId} has no report window ${number}`,
      { field: 'window', windows: enrolment.windows.map((one) => one.number) },
    );
  }
  if (plan === null) {
    return refusal(
      'REPORT.PLAN_NOT_APPROVED',
      'wrong-state',
      `setting ${urn} has no approved action plan in programme ${programmeId} to report on`,
      { programmeId, urn },
    );
  }
  return { enrolment, plan, window };
}

function submit({ data, by, at }: SubmitProgressReportCommand, state: ReportState): Decision<ReportEvent> {
  const grounds = groundsOf(data);
  if (isRefusal(grounds)) return grounds;
  const { enrolment, plan, window } = grounds;
  const { programmeId, urn, contents, arrival, acceptedBefore } = data;
  const broken = brokenRule(contents, idsOf(plan.actions), idsOf(plan.formerly));
  if (broken !== undefined) return broken;
  const actions = withEvidence(data);
  if (isRefusal(actions)) return actions;
  const { summary } = contents;
  const settled = state.status === 'accepted' || isAsGoodAsAccepted(state);
  if (state.status === 'submitted' || settled) {
    const told = { summary: state.summary, actions: state.actions, plan: state.plan };
    if (Equal({ summary, actions, plan: plan.event }, told)) return [];
  }
  if (settled) {
    return wrongState(
      'REPORT.ALREADY_ACCEPTED',
      'it can be corrected once its acceptance is withdrawn',
      state,
    );
  }
  const ending = enrolment.ending !== null && at >= enrolment.ending.occurredAt ? enrolment.ending : null;
  // What was judged had come in time; the correction must not depend on when somebody got round to judging it. Whoever
  // has left reports once more, whichever window comes next.
  const isCorrection = state.status !== 'none' && state.status !== 'submitted';
  const outside = isCorrection || ending !== null ? undefined : refuseOutside(window, at);
  const early = refuseBefore(at, {
    'the approval of the plan': plan.occurredAt,
    "the setting's enrolment": enrolment.occurredAt,
    ...(state.status === 'none' ? {} : { 'what happened to the report before': state.since }),
  });
  const told = { programmeId, urn, window: window.number, summary, plan: plan.event, actions };
  const before = { ...acceptedBefore, ...acceptedOf(state) };
  const dated = refuseDating(arrival, by, at, data.receivedAt);
  return (
    dated ??
    outside ??
    early ??
    refuseSpending(contents, [...plan.actions, ...plan.formerly], before) ?? [
      progressReportSubmitted({ ...told, arrival, ending: ending?.event ?? null }),
    ]
  );
}

/** What was accepted of the report itself, in part, before it is corrected. */
function acceptedOf(state: ReportState): SubmitData['acceptedBefore'] {
  if (state.status === 'none') return {};
  const { accepted, window } = state;
  return Object.fromEntries(accepted.map(({ actionId, spentPence }) => [actionId, { window, spentPence }]));
}

function idsOf(planned: readonly PlannedAction[]): readonly string[] {
  return planned.map(({ actionId }) => actionId);
}

function isAsGoodAsAccepted(
  state: ReportState,
): state is Extract<ReportState, { status: 'partly-accepted' }> {
  return state.status === 'partly-accepted' && state.verdict.tranche === 'may-be-paid';
}

/** The actions with the files that show them, each as it was kept. */
function withEvidence({ urn, contents, attachments }: SubmitData): ActionProgress[] | Refusal {
  const actions: ActionProgress[] = [];
  for (const [index, { evidence, ...action }] of contents.actions.entries()) {
    const missing = evidence.findIndex((sha256) => !Object.hasOwn(attachments, sha256));
    if (missing >= 0) {
      const field = `actions[${index}].evidence[${missing}]`;
      return refusal(
        'REPORT.EVIDENCE_NOT_KEPT',
        'not-found',
        `${field}: no file with the SHA-256 ${evidence[missing]} is kept for setting ${urn}: send it in, also if that was done before files were kept by setting, and cite it then`,
        { field, sha256: evidence[missing] ?? null },
      );
    }
    actions.push({ ...action, evidence: evidence.map((sha256) => attachments[sha256]!) });
  }
  return actions;
}

/** One setting's progress report in one window: stream `report-<programme>.<urn>.<window>`. */
export const report: Aggregate<ReportState, ReportCommand, ReportEvent> = {
  category: 'report',
  events: reportEvents,
  initial: { status: 'none' },
  decide: (command, state) =>
    command.type === 'SubmitProgressReport' ? submit(command, state) : judge(command, state),
  evolve,
};

export function reportId(programmeId: string, urn: string, window: number): string {
  return `${programmeId}.${urn}.${window}`;
}
