import {
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  type Actor,
  type Command,
  type Decision,
  type Instant,
  type Refusal,
} from '#kernel';
import { Type, type Static } from 'typebox';
import { Equal } from 'typebox/value';
import { refuseAccepting, type AcceptedAround } from './refuse-spending.js';
import { wordsOn, wrongState, type ReportState, type Submitted } from './report-state.js';
import { MOST_REPORTED_ACTIONS } from './report-rules.js';
import {
  progressReportAcceptanceWithdrawn,
  progressReportAccepted,
  progressReportPartlyAccepted,
  progressReportReturned,
  type ReportEvent,
} from './report.events.js';

// What becomes of a report that was submitted. It is never judged by somebody who submitted it.

const text = (maxLength: number) => Type.String({ maxLength, pattern: NOT_BLANK });
const strict = { additionalProperties: false } as const;
const actionId = () => Type.String({ minLength: 1, maxLength: 60 });

export const Reason = Type.Object({ reason: text(2000) });

export const TRANCHE_EFFECTS = ['may-be-paid', 'waits'] as const;

/** A report accepted in part. */
export const PartlyAccepted = Type.Object(
  {
    /** All others that the report tells of are accepted. */
    notAccepted: Type.Array(Type.Object({ actionId: actionId(), reason: text(2000) }, strict), {
      minItems: 1,
      maxItems: MOST_REPORTED_ACTIONS,
    }),
    tranche: Type.Enum([...TRANCHE_EFFECTS]),
    effect: text(2000),
  },
  strict,
);
export type PartlyAccepted = Static<typeof PartlyAccepted>;

export const Returned = Type.Object(
  {
    comments: text(4000),
    actions: Type.Array(Type.Object({ actionId: actionId(), comment: text(2000) }, strict), {
      maxItems: MOST_REPORTED_ACTIONS,
    }),
  },
  strict,
);
export type Returned = Static<typeof Returned>;

/** What the reports of other windows have accepted goes with whatever accepts something. */
interface Around {
  readonly around: AcceptedAround;
}

export type VerdictCommand =
  | Command<'AcceptProgressReport', Around>
  | Command<'AcceptPartOfReport', Around & { readonly verdict: PartlyAccepted }>
  | Command<'ReturnProgressReport', Returned>
  | Command<'WithdrawReportAcceptance', Readonly<{ reason: string }>>;

export function judge(command: VerdictCommand, state: ReportState): Decision<ReportEvent> {
  const { by, at } = command;
  switch (command.type) {
    case 'AcceptProgressReport':
      return accept(command.data, by, at, state);
    case 'AcceptPartOfReport':
      return acceptPart(command.data, by, at, state);
    case 'ReturnProgressReport':
      return giveBack(command.data, by, at, state);
    case 'WithdrawReportAcceptance':
      return withdraw(command.data.reason, at, state);
    default:
      return command satisfies never;
  }
}

type Judged = Exclude<ReportState, { status: 'none' }>;

/** Whether somebody may judge this report now; with the code for a report that does not wait for it. */
function refuseJudging(state: Judged, by: Actor, at: Instant): Refusal | undefined {
  if (state.submitters.some((submitter) => samePerson(submitter, by))) {
    return refusal(
      'REPORT.ACCEPTER_SUBMITTED',
      'not-allowed',
      `${by.subject} has submitted this report: somebody else must judge it`,
      { subject: by.subject },
    );
  }
  return refuseBefore(at, { 'what happened to the report before': state.since });
}

function accept({ around }: Around, by: Actor, at: Instant, state: ReportState): Decision<ReportEvent> {
  if (state.status === 'accepted' && samePerson(state.accepter, by)) return [];
  if (state.status === 'none' || state.status === 'accepted' || state.status === 'returned') {
    return wrongState('REPORT.NOT_SUBMITTED', 'there is nothing to accept', state);
  }
  const { programmeId, urn, window, actions } = state;
  return (
    refuseJudging(state, by, at) ??
    refuseAccepting(window, actions, around) ?? [progressReportAccepted({ programmeId, urn, window })]
  );
}

function acceptPart(
  { verdict: data, around }: Around & { readonly verdict: PartlyAccepted },
  by: Actor,
  at: Instant,
  state: ReportState,
): Decision<ReportEvent> {
  const malformed = refuseShape('REPORT.MALFORMED', PartlyAccepted, data);
  if (malformed !== undefined) return malformed;
  if (state.status === 'partly-accepted' && samePerson(state.accepter, by)) {
    const { notAccepted, tranche, effect } = state.verdict;
    if (Equal({ notAccepted, tranche, effect }, data)) return [];
  }
  if (state.status !== 'submitted' && state.status !== 'withdrawn' && state.status !== 'partly-accepted') {
    return wrongState('REPORT.NOT_SUBMITTED', 'there is nothing to accept in part', state);
  }
  const { notAccepted } = data;
  const wrong = refuseActions(state, 'notAccepted', notAccepted);
  if (wrong !== undefined) return wrong;
  const refused = new Set(notAccepted.map((one) => one.actionId));
  const accepted = state.actions.map((action) => action.actionId).filter((id) => !refused.has(id));
  if (accepted.length === 0) {
    return refusal(
      'REPORT.NOTHING_ACCEPTED',
      'invalid',
      'notAccepted names every action that was reported: return the report instead',
      { field: 'notAccepted' },
    );
  }
  const { programmeId, urn, window, actions } = state;
  return (
    refuseJudging(state, by, at) ??
    refuseLeavingOut(state, notAccepted) ??
    refuseAccepting(window, wordsOn(actions, accepted), around) ?? [
      progressReportPartlyAccepted({ programmeId, urn, window, accepted, ...data }),
    ]
  );
}

function giveBack(data: Returned, by: Actor, at: Instant, state: ReportState): Decision<ReportEvent> {
  const malformed = refuseShape('REPORT.MALFORMED', Returned, data);
  if (malformed !== undefined) return malformed;
  if (state.status === 'returned') {
    const { comments, actions } = state.verdict;
    if (Equal({ comments, actions }, data)) return [];
  }
  if (state.status !== 'submitted' && state.status !== 'withdrawn') {
    return wrongState('REPORT.NOT_SUBMITTED', 'there is nothing to return', state);
  }
  const { programmeId, urn, window } = state;
  return (
    refuseActions(state, 'actions', data.actions) ??
    refuseJudging(state, by, at) ?? [progressReportReturned({ programmeId, urn, window, ...data })]
  );
}

/** What was accepted of a report as it stands is not taken back by looking at it again: an acceptance is withdrawn, with a reason. */
function refuseLeavingOut(
  state: Judged,
  notAccepted: readonly { readonly actionId: string }[],
): Refusal | undefined {
  if (state.status !== 'partly-accepted') return undefined;
  const index = notAccepted.findIndex(({ actionId }) => state.verdict.accepted.includes(actionId));
  if (index < 0) return undefined;
  const field = `notAccepted[${index}].actionId`;
  const { actionId } = notAccepted[index]!;
  return refusal(
    'REPORT.ACCEPTED_LEFT_OUT',
    'wrong-state',
    `${field} '${actionId}' was accepted with this report: withdraw that acceptance first, saying why`,
    { field, actionId },
  );
}

/** Each action that is named must be one the report tells of, and be named once. */
function refuseActions(
  { actions }: Submitted,
  list: string,
  named: readonly { readonly actionId: string }[],
): Refusal | undefined {
  const reported = new Set(actions.map((action) => action.actionId));
  for (const [index, { actionId: id }] of named.entries()) {
    const field = `${list}[${index}].actionId`;
    if (!reported.delete(id)) {
      const again = named.slice(0, index).some((one) => one.actionId === id);
      return refusal(
        again ? 'REPORT.ACTION_TWICE' : 'REPORT.ACTION_NOT_REPORTED',
        again ? 'invalid' : 'not-found',
        again ? `${field} '${id}' is named twice` : `${field} '${id}' is not an action this report tells of`,
        { field, actionId: id },
      );
    }
  }
  return undefined;
}

function withdraw(reason: string, at: Instant, state: ReportState): Decision<ReportEvent> {
  const malformed = refuseShape('REPORT.MALFORMED', Reason, { reason });
  if (malformed !== undefined) return malformed;
  if ('because' in state && state.because === reason) return [];
  if (state.status === 'none' || (state.accepted.length === 0 && state.status !== 'accepted')) {
    return wrongState('REPORT.NOT_ACCEPTED', 'there is no acceptance to withdraw', state);
  }
  const { programmeId, urn, window } = state;
  return (
    refuseBefore(at, { 'what happened to the report before': state.since }) ?? [
      progressReportAcceptanceWithdrawn({ programmeId, urn, window, reason }),
    ]
  );
}
