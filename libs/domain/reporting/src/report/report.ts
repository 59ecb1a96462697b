import type { ReportWindow } from '#domain/programme';
import {
  factOf,
  isRefusal,
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  type Actor,
  type Aggregate,
  type Command,
  type Decision,
  type EventReference,
  type Fact,
  type Instant,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Type } from 'typebox';
import { Equal } from 'typebox/value';
import { brokenRule, refuseOutside, type ReportContents } from './report-rules.js';
import {
  progressReportAcceptanceWithdrawn,
  progressReportAccepted,
  progressReportSubmitted,
  reportEvents,
  type ActionProgress,
  type ReportEvent,
} from './report.events.js';

export const Reason = Type.Object({ reason: Type.String({ maxLength: 2000, pattern: NOT_BLANK }) });

export type SubmitProgressReportCommand = Command<
  'SubmitProgressReport',
  Readonly<{
    programmeId: string;
    urn: string;
    /** The number that was asked for. */
    window: number;
    /** The setting's enrolment, which says what the windows are; `null` if it is not enrolled. */
    enrolment: (Fact & { readonly windows: readonly ReportWindow[] }) | null;
    /** The plan's approval; `null` while the plan is not approved. */
    plan: (Fact & { readonly actionIds: readonly string[] }) | null;
    contents: ReportContents;
  }>
>;
export type ReportCommand =
  | SubmitProgressReportCommand
  | Command<'AcceptProgressReport', Readonly<Record<string, never>>>
  | Command<'WithdrawReportAcceptance', Readonly<{ reason: string }>>;

/** What every report that was submitted knows, whatever has become of it. */
interface Submitted {
  readonly programmeId: string;
  readonly urn: string;
  readonly window: number;
  readonly summary: string;
  readonly plan: EventReference;
  readonly actions: readonly ActionProgress[];
  /** Everybody who ever submitted this report: none of them may accept it. */
  readonly submitters: readonly Actor[];
  /** When the newest event of the report happened. */
  readonly since: Instant;
}

export type ReportState =
  | { readonly status: 'none' }
  | (Submitted & { readonly status: 'submitted' })
  | (Submitted & { readonly status: 'accepted'; readonly acceptance: Fact; readonly accepter: Actor })
  /** Its acceptance was withdrawn: to be corrected, or accepted again. */
  | (Submitted & { readonly status: 'withdrawn'; readonly because: string });

const SAYS: Record<ReportState['status'], string> = {
  none: 'no report has been submitted for this window',
  submitted: 'the report is submitted and waits to be accepted',
  accepted: 'the report is accepted',
  withdrawn: "the report's acceptance was withdrawn",
};

function wrongState(code: string, message: string, { status }: ReportState): Refusal {
  return refusal(code, 'wrong-state', `${SAYS[status]}: ${message}`, { status });
}

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

function submit({ data, at }: SubmitProgressReportCommand, state: ReportState): Decision<ReportEvent> {
  const grounds = groundsOf(data);
  if (isRefusal(grounds)) return grounds;
  const { enrolment, plan, window } = grounds;
  const { programmeId, urn, contents } = data;
  const broken = brokenRule(contents, plan.actionIds);
  if (broken !== undefined) return broken;
  const { summary, actions } = contents;
  if (state.status === 'submitted' || state.status === 'accepted') {
    const told = { summary: state.summary, actions: state.actions, plan: state.plan };
    if (Equal({ summary, actions, plan: plan.event }, told)) return [];
  }
  if (state.status === 'accepted') {
    return wrongState(
      'REPORT.ALREADY_ACCEPTED',
      'it can be corrected once its acceptance is withdrawn',
      state,
    );
  }
  // Whose acceptance is withdrawn had reported in time; the correction must not depend on when that was noticed.
  const outside = state.status === 'withdrawn' ? undefined : refuseOutside(window, at);
  const early = refuseBefore(at, {
    'the approval of the plan': plan.occurredAt,
    "the setting's enrolment": enrolment.occurredAt,
    ...(state.status === 'none' ? {} : { 'what happened to the report before': state.since }),
  });
  const event = { programmeId, urn, window: window.number, summary, plan: plan.event, actions };
  return outside ?? early ?? [progressReportSubmitted(event)];
}

function accept(by: Actor, at: Instant, state: ReportState): Decision<ReportEvent> {
  if (state.status === 'accepted' && samePerson(state.accepter, by)) return [];
  if (state.status !== 'submitted' && state.status !== 'withdrawn') {
    return wrongState('REPORT.NOT_SUBMITTED', 'there is nothing to accept', state);
  }
  if (state.submitters.some((submitter) => samePerson(submitter, by))) {
    return refusal(
      'REPORT.ACCEPTER_SUBMITTED',
      'not-allowed',
      `${by.subject} has submitted this report: somebody else must accept it`,
      { subject: by.subject },
    );
  }
  const { programmeId, urn, window } = state;
  return (
    refuseBefore(at, { 'what happened to the report before': state.since }) ?? [
      progressReportAccepted({ programmeId, urn, window }),
    ]
  );
}

function withdraw(reason: string, at: Instant, state: ReportState): Decision<ReportEvent> {
  const malformed = refuseShape('REPORT.MALFORMED', Reason, { reason });
  if (malformed !== undefined) return malformed;
  if (state.status === 'withdrawn' && state.because === reason) return [];
  if (state.status !== 'accepted') {
    return wrongState('REPORT.NOT_ACCEPTED', 'there is no acceptance to withdraw', state);
  }
  const { programmeId, urn, window } = state;
  return (
    refuseBefore(at, { 'the acceptance of the report': state.since }) ?? [
      progressReportAcceptanceWithdrawn({ programmeId, urn, window, reason }),
    ]
  );
}

function evolve(state: ReportState, event: RecordedEvent<ReportEvent>): ReportState {
  const { actor, occurredAt: since } = event.metadata;
  if (event.type === 'ProgressReportSubmitted') {
    const submitters = [...(state.status === 'none' ? [] : state.submitters), actor];
    return { ...event.data, status: 'submitted', submitters, since };
  }
  if (state.status === 'none') return state; // no history begins like this
  const { programmeId, urn, window, summary, plan, actions, submitters } = state;
  const submitted = { programmeId, urn, window, summary, plan, actions, submitters, since };
  switch (event.type) {
    case 'ProgressReportAccepted':
      return { ...submitted, status: 'accepted', acceptance: factOf(event), accepter: actor };
    case 'ProgressReportAcceptanceWithdrawn':
      return { ...submitted, status: 'withdrawn', because: event.data.reason };
    default:
      event satisfies never;
      return state;
  }
}

/** One setting's progress report in one window: stream `report-<programme>.<urn>.<window>`. */
export const report: Aggregate<ReportState, ReportCommand, ReportEvent> = {
  category: 'report',
  events: reportEvents,
  initial: { status: 'none' },
  decide: (command, state) => {
    switch (command.type) {
      case 'SubmitProgressReport':
        return submit(command, state);
      case 'AcceptProgressReport':
        return accept(command.by, command.at, state);
      case 'WithdrawReportAcceptance':
        return withdraw(command.data.reason, command.at, state);
      default:
        return command satisfies never;
    }
  },
  evolve,
};

export function reportId(programmeId: string, urn: string, window: number): string {
  return `${programmeId}.${urn}.${window}`;
}
