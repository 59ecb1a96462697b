import {
  isRefusal,
  refusal,
  refuseBefore,
  samePerson,
  type Actor,
  type Command,
  type Decision,
  type Instant,
  type Refusal,
} from '#kernel';
import { refuseEndedPart } from '#domain/programme';
import { Equal } from 'typebox/value';
import { refuseComments, refuseMalformedComments, type Comments } from './plan-comments.js';
import { refuseGrounds, soundContents, type PlanContents, type RestsOn } from './plan-contents.js';
import { refuseReason } from './plan-rules.js';
import { SAYS, wrongState, type ApprovedPlan, type PlanState, type Variation } from './plan-state.js';
import {
  actionPlanVariationApproved,
  actionPlanVariationReturned,
  actionPlanVariationSubmitted,
  type PlanEvent,
} from './plan.events.js';

// A plan that is approved is varied, not edited: the variation is a version of its own, and what was approved stays in
// force until the variation is approved in its turn. There is one at most at a time.

export type VaryActionPlanCommand = Command<'VaryActionPlan', PlanContents & Readonly<{ reason: string }>>;
export type VariationCommand =
  | VaryActionPlanCommand
  | Command<'ReturnActionPlanVariation', Readonly<Comments> & Pick<RestsOn, 'ended'>>
  | Command<'ApproveActionPlanVariation', RestsOn>;

/** Whoever submitted any version of the plan, variations among them, approves none. */
export function refuseSubmitter(by: Actor, { submitters }: ApprovedPlan | { submitters: readonly Actor[] }) {
  if (!submitters.some((submitter) => samePerson(submitter, by))) return undefined;
  return refusal(
    'PLAN.APPROVER_SUBMITTED',
    'not-allowed',
    `${by.subject} has submitted a version of this plan: somebody else must approve it`,
    { subject: by.subject },
  );
}

export function vary({ data, at }: VaryActionPlanCommand, state: PlanState): Decision<PlanEvent> {
  const { programmeId, urn, reason } = data;
  const malformed = refuseReason(reason);
  if (malformed !== undefined) return malformed;
  const contents = soundContents(data, state);
  if (isRefusal(contents)) return contents;
  const { actions, totalPence } = contents;
  const audit = contents.audit.event;
  if (state.status !== 'approved') {
    const message = `${SAYS[state.status]}: only an approved plan is varied`;
    return wrongState('PLAN.NOT_APPROVED', message, state);
  }
  const { variation } = state;
  const asks = (version: ApprovedPlan | Variation): boolean =>
    Equal(actions, version.actions) && Equal(audit, version.audit);
  if (variation?.status === 'submitted') {
    if (asks(variation) && variation.reason === reason) return [];
    const message = `variation ${variation.version} waits for approval or return: it can be changed once it is returned`;
    return wrongState('PLAN.VARIATION_PENDING', message, state);
  }
  if (asks(state)) return []; // what is asked for is in force
  return (
    refuseGrounds({ audit, totalPence }, data) ??
    refuseBefore(at, {
      'the completion of the audit': contents.audit.occurredAt,
      'the approval of the plan': state.since,
      'the return of the variation': variation?.since,
    }) ?? [
      actionPlanVariationSubmitted({
        ...{ programmeId, urn, version: state.newest + 1, inForce: state.version, reason },
        ...{ audit, actions, totalPence },
      }),
    ]
  );
}

type Pending = ApprovedPlan & { readonly variation: Variation };

function pendingOf(state: PlanState, what: string): Pending | Refusal {
  if (state.status === 'approved' && state.variation?.status === 'submitted') return state as Pending;
  const waits = state.status === 'approved' ? 'no variation of the action plan waits' : SAYS[state.status];
  return wrongState('PLAN.NO_VARIATION', `${waits}: there is nothing to ${what}`, state);
}

export function giveVariationBack(
  { ended, ...said }: Comments & Pick<RestsOn, 'ended'>,
  at: Instant,
  state: PlanState,
): Decision<PlanEvent> {
  const malformed = refuseMalformedComments(said);
  if (malformed !== undefined) return malformed;
  const { comments, actions } = said;
  const known = state.status === 'approved' ? state.variation : null;
  if (known?.status === 'returned' && known.because === comments && Equal(known.comments, actions)) return [];
  const pending = pendingOf(state, 'return');
  if (isRefusal(pending)) return pending;
  const { programmeId, urn, variation } = pending;
  const { version } = variation;
  return (
    refuseEndedPart(ended) ??
    refuseComments(said, variation) ??
    refuseBefore(at, { 'the submission of the variation': variation.since }) ?? [
      actionPlanVariationReturned({ programmeId, urn, version, comments, actions }),
    ]
  );
}

export function approveVariation(
  { by, at, data }: Extract<VariationCommand, { type: 'ApproveActionPlanVariation' }>,
  state: PlanState,
): Decision<PlanEvent> {
  if (state.status === 'approved' && state.variation === null && state.varied) {
    if (samePerson(state.approver, by)) return [];
  }
  const pending = pendingOf(state, 'approve');
  if (isRefusal(pending)) return pending;
  const { programmeId, urn, variation } = pending;
  return (
    refuseSubmitter(by, pending) ??
    refuseGrounds(variation, data) ??
    refuseBefore(at, { 'the submission of the variation': variation.since }) ?? [
      actionPlanVariationApproved({
        ...{ programmeId, urn, version: variation.version, replaces: pending.version },
      }),
    ]
  );
}
