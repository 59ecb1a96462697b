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
import { refuseComments, refuseMalformedComments, type Comments } from './plan-comments.js';
import { totalOf, wholeActions, withoutNulls, type PlanBounds, type SubmittedActions } from './plan-rules.js';
import {
  actionPlanApprovalWithdrawn,
  actionPlanApproved,
  actionPlanReturned,
  actionPlanSubmitted,
  planEvents,
  type ActionComment,
  type PlanAction,
  type PlanEvent,
} from './plan.events.js';

export const Reason = Type.Object({ reason: Type.String({ maxLength: 2000, pattern: NOT_BLANK }) });

export type SubmitActionPlanCommand = Command<
  'SubmitActionPlan',
  Readonly<{
    programmeId: string;
    urn: string;
    /** The completed audit the plan answers; `null` if there is none. */
    audit: (Fact & Pick<PlanBounds, 'needIds'>) | null;
    /** The programme the setting is enrolled in; `null` if there is none of this id. */
    programme: Pick<PlanBounds, 'startsOn' | 'endsOn'> | null;
    actions: SubmittedActions;
  }>
>;
export type PlanCommand =
  | SubmitActionPlanCommand
  | Command<'ReturnActionPlan', Readonly<Comments>>
  | Command<'ApproveActionPlan', Readonly<Record<string, never>>>
  | Command<'WithdrawPlanApproval', Readonly<{ reason: string }>>;

/** What every submitted plan knows, whatever has become of it. */
interface Submitted {
  readonly programmeId: string;
  readonly urn: string;
  readonly version: number;
  readonly audit: EventReference;
  readonly actions: readonly PlanAction[];
  readonly totalPence: number;
  /** Everybody who ever submitted a version: none of them may approve one. */
  readonly submitters: readonly Actor[];
  /** When the newest event of the plan happened. */
  readonly since: Instant;
}

export type PlanState =
  | { readonly status: 'none' }
  | (Submitted & { readonly status: 'submitted' })
  /** With the setting: returned with comments, or its approval withdrawn with a reason. Only to be submitted again. */
  | (Submitted & {
      readonly status: 'returned';
      readonly because: string;
      readonly comments: readonly ActionComment[];
    })
  | (Submitted & { readonly status: 'approved'; readonly approval: Fact; readonly approver: Actor });

function wrongState(code: string, message: string, state: PlanState): Refusal {
  return refusal(code, 'wrong-state', message, { status: state.status });
}

const SAYS: Record<PlanState['status'], string> = {
  none: 'no action plan has been submitted',
  submitted: 'the action plan is submitted and waits for approval or return',
  returned: 'the action plan is with the setting, to be submitted again',
  approved: 'the action plan is approved',
};

function submit({ data, at }: SubmitActionPlanCommand, state: PlanState): Decision<PlanEvent> {
  const { programmeId, urn, audit, programme } = data;
  if (programme === null) {
    return refusal('PROGRAMME.NOT_FOUND', 'not-found', `there is no programme ${programmeId}`, {
      programmeId,
    });
  }
  if (audit === null) {
    return refusal(
      'PLAN.AUDIT_NOT_COMPLETED',
      'wrong-state',
      `setting ${urn} has no completed audit in programme ${programmeId}: a plan answers the needs an audit found`,
      { programmeId, urn },
    );
  }
  const said = withoutNulls(data.actions);
  const totalPence = totalOf(said, { ...audit, ...programme });
  if (isRefusal(totalPence)) return totalPence;
  const actions = wholeActions(said);
  if (state.status === 'submitted' || state.status === 'approved') {
    if (Equal(actions, state.actions) && Equal(audit.event, state.audit)) return [];
    return wrongState(
      'PLAN.ALREADY_SUBMITTED',
      `${SAYS[state.status]}: it can be changed once it is returned`,
      state,
    );
  }
  const version = state.status === 'returned' ? state.version + 1 : 1;
  return (
    refuseBefore(at, {
      'the completion of the audit': audit.occurredAt,
      ...(state.status === 'returned' ? { 'the return of the plan': state.since } : {}),
    }) ?? [actionPlanSubmitted({ programmeId, urn, version, audit: audit.event, actions, totalPence })]
  );
}

function giveBack(said: Comments, at: Instant, state: PlanState): Decision<PlanEvent> {
  const malformed = refuseMalformedComments(said);
  if (malformed !== undefined) return malformed;
  const { comments, actions } = said;
  if (state.status === 'returned' && state.because === comments && Equal(state.comments, actions)) return [];
  if (state.status !== 'submitted')
    return wrongState('PLAN.NOT_SUBMITTED', `${SAYS[state.status]}: there is nothing to return`, state);
  const { programmeId, urn, version } = state;
  return (
    refuseComments(said, state) ??
    refuseBefore(at, { 'the submission of the plan': state.since }) ?? [
      actionPlanReturned({ programmeId, urn, version, comments, actions }),
    ]
  );
}

function approve(by: Actor, at: Instant, state: PlanState): Decision<PlanEvent> {
  if (state.status === 'approved' && samePerson(state.approver, by)) return [];
  if (state.status !== 'submitted')
    return wrongState('PLAN.NOT_SUBMITTED', `${SAYS[state.status]}: there is nothing to approve`, state);
  if (state.submitters.some((submitter) => samePerson(submitter, by))) {
    return refusal(
      'PLAN.APPROVER_SUBMITTED',
      'not-allowed',
      `${by.subject} has submitted this plan: somebody else must approve it`,
      { subject: by.subject, version: state.version },
    );
  }
  const { programmeId, urn, version } = state;
  return (
    refuseBefore(at, { 'the submission of the plan': state.since }) ?? [
      actionPlanApproved({ programmeId, urn, version }),
    ]
  );
}

function withdraw(reason: string, at: Instant, state: PlanState): Decision<PlanEvent> {
  const malformed = refuseShape('PLAN.MALFORMED', Reason, { reason });
  if (malformed !== undefined) return malformed;
  if (state.status === 'returned' && state.because === reason) return [];
  if (state.status !== 'approved')
    return wrongState('PLAN.NOT_APPROVED', `${SAYS[state.status]}: there is no approval to withdraw`, state);
  const { programmeId, urn, version } = state;
  return (
    refuseBefore(at, { 'the approval of the plan': state.since }) ?? [
      actionPlanApprovalWithdrawn({ programmeId, urn, version, reason }),
    ]
  );
}

function evolve(state: PlanState, event: RecordedEvent<PlanEvent>): PlanState {
  const { actor, occurredAt: since } = event.metadata;
  if (event.type === 'ActionPlanSubmitted') {
    const submitters = [...(state.status === 'none' ? [] : state.submitters), actor];
    return { ...event.data, status: 'submitted', submitters, since };
  }
  if (state.status === 'none') return state; // no history begins like this
  const { programmeId, urn, version, audit, actions, totalPence, submitters } = state;
  const submitted = { programmeId, urn, version, audit, actions, totalPence, submitters, since };
  switch (event.type) {
    case 'ActionPlanReturned':
      return { ...submitted, status: 'returned', because: event.data.comments, comments: event.data.actions };
    case 'ActionPlanApprovalWithdrawn':
      return { ...submitted, status: 'returned', because: event.data.reason, comments: [] };
    case 'ActionPlanApproved':
      return { ...submitted, status: 'approved', approval: factOf(event), approver: actor };
    default:
      event satisfies never;
      return state;
  }
}

/** One setting's action plan in one programme, in all its versions: stream `plan-<programme>.<urn>`. */
export const plan: Aggregate<PlanState, PlanCommand, PlanEvent> = {
  category: 'plan',
  events: planEvents,
  initial: { status: 'none' },
  decide: (command, state) => {
    switch (command.type) {
      case 'SubmitActionPlan':
        return submit(command, state);
      case 'ReturnActionPlan':
        return giveBack(command.data, command.at, state);
      case 'ApproveActionPlan':
        return approve(command.by, command.at, state);
      case 'WithdrawPlanApproval':
        return withdraw(command.data.reason, command.at, state);
      default:
        return command satisfies never;
    }
  },
  evolve,
};
