import {
  isRefusal,
  refuseBefore,
  samePerson,
  type Aggregate,
  type Command,
  type Decision,
  type Instant,
} from '#kernel';
import { refuseEndedPart } from '#domain/programme';
import { Equal } from 'typebox/value';
import { refuseComments, refuseMalformedComments, type Comments } from './plan-comments.js';
import { refuseGrounds, soundContents, type PlanContents, type RestsOn } from './plan-contents.js';
import { refuseReason } from './plan-rules.js';
import { evolve, SAYS, wrongState, type PlanState } from './plan-state.js';
import {
  approveVariation,
  giveVariationBack,
  refuseSubmitter,
  vary,
  type VariationCommand,
} from './plan-variation.js';
import {
  actionPlanApprovalWithdrawn,
  actionPlanApproved,
  actionPlanReturned,
  actionPlanSubmitted,
  planEvents,
  type PlanEvent,
} from './plan.events.js';

export type SubmitActionPlanCommand = Command<'SubmitActionPlan', PlanContents>;
type ApproveActionPlanCommand = Command<'ApproveActionPlan', RestsOn>;
export type PlanCommand =
  | SubmitActionPlanCommand
  | Command<'ReturnActionPlan', Readonly<Comments> & Pick<RestsOn, 'ended'>>
  | ApproveActionPlanCommand
  | Command<'WithdrawPlanApproval', Readonly<{ reason: string }>>
  | VariationCommand;

function submit({ data, at }: SubmitActionPlanCommand, state: PlanState): Decision<PlanEvent> {
  const contents = soundContents(data, state);
  if (isRefusal(contents)) return contents;
  const { programmeId, urn } = data;
  const { audit, actions, totalPence } = contents;
  if (state.status === 'submitted' || state.status === 'approved') {
    if (Equal(actions, state.actions) && Equal(audit.event, state.audit)) return [];
    const how = state.status === 'submitted' ? 'it can be changed once it is returned' : 'vary it instead';
    return wrongState('PLAN.ALREADY_SUBMITTED', `${SAYS[state.status]}: ${how}`, state);
  }
  const version = state.status === 'returned' ? state.newest + 1 : 1;
  return (
    refuseGrounds({ audit: audit.event, totalPence }, data) ??
    refuseBefore(at, {
      'the completion of the audit': audit.occurredAt,
      ...(state.status === 'returned' ? { 'the return of the plan': state.since } : {}),
    }) ?? [actionPlanSubmitted({ programmeId, urn, version, audit: audit.event, actions, totalPence })]
  );
}

function giveBack(
  { ended, ...said }: Comments & Pick<RestsOn, 'ended'>,
  at: Instant,
  state: PlanState,
): Decision<PlanEvent> {
  const malformed = refuseMalformedComments(said);
  if (malformed !== undefined) return malformed;
  const { comments, actions } = said;
  if (state.status === 'returned' && state.because === comments && Equal(state.comments, actions)) return [];
  if (state.status !== 'submitted')
    return wrongState('PLAN.NOT_SUBMITTED', `${SAYS[state.status]}: there is nothing to return`, state);
  const { programmeId, urn, version } = state;
  return (
    refuseEndedPart(ended) ??
    refuseComments(said, state) ??
    refuseBefore(at, { 'the submission of the plan': state.since }) ?? [
      actionPlanReturned({ programmeId, urn, version, comments, actions }),
    ]
  );
}

function approve({ by, at, data }: ApproveActionPlanCommand, state: PlanState): Decision<PlanEvent> {
  if (state.status === 'approved' && samePerson(state.approver, by)) return [];
  if (state.status !== 'submitted')
    return wrongState('PLAN.NOT_SUBMITTED', `${SAYS[state.status]}: there is nothing to approve`, state);
  const { programmeId, urn, version } = state;
  return (
    refuseSubmitter(by, state) ??
    refuseGrounds(state, data) ??
    refuseBefore(at, { 'the submission of the plan': state.since }) ?? [
      actionPlanApproved({ programmeId, urn, version }),
    ]
  );
}

/** A variation that is pending falls with the approval: what it would vary is no longer in force. */
function withdraw(reason: string, at: Instant, state: PlanState): Decision<PlanEvent> {
  const malformed = refuseReason(reason);
  if (malformed !== undefined) return malformed;
  if (state.status === 'returned' && state.because === reason) return [];
  if (state.status !== 'approved')
    return wrongState('PLAN.NOT_APPROVED', `${SAYS[state.status]}: there is no approval to withdraw`, state);
  const { programmeId, urn, version, since, variation } = state;
  return (
    refuseBefore(at, {
      'the approval of the plan': since,
      'what became of its variation': variation?.since,
    }) ?? [actionPlanApprovalWithdrawn({ programmeId, urn, version, reason })]
  );
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
        return approve(command, state);
      case 'WithdrawPlanApproval':
        return withdraw(command.data.reason, command.at, state);
      case 'VaryActionPlan':
        return vary(command, state);
      case 'ReturnActionPlanVariation':
        return giveVariationBack(command.data, command.at, state);
      case 'ApproveActionPlanVariation':
        return approveVariation(command, state);
      default:
        return command satisfies never;
    }
  },
  evolve,
};
