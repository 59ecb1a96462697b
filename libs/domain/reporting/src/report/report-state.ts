import {
  factOf,
  refusal,
  type Actor,
  type EventReference,
  type Fact,
  type Instant,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { withAccepted, type AcceptedWord } from './accepted-spending.js';
import type { ActionProgress, ReportEvent } from './report.events.js';

/** What every report that was submitted knows, whatever has become of it. */
export interface Submitted {
  readonly programmeId: string;
  readonly urn: string;
  readonly window: number;
  readonly summary: string;
  readonly plan: EventReference;
  readonly actions: readonly ActionProgress[];
  /** What of this report was accepted and not withdrawn; it stands while a corrected one is sent in, returned or judged. */
  readonly accepted: readonly AcceptedWord[];
  /** Everybody who ever submitted this report: none of them may judge it. */
  readonly submitters: readonly Actor[];
  /** When the newest event of the report happened. */
  readonly since: Instant;
}

type PartlyAccepted = Extract<ReportEvent, { type: 'ProgressReportPartlyAccepted' }>['data'];
type Returned = Extract<ReportEvent, { type: 'ProgressReportReturned' }>['data'];

export type ReportState =
  | { readonly status: 'none' }
  | (Submitted & { readonly status: 'submitted' })
  | (Submitted & { readonly status: 'accepted'; readonly acceptance: Fact; readonly accepter: Actor })
  /** With the setting if its tranche waits; else as good as accepted. */
  | (Submitted & {
      readonly status: 'partly-accepted';
      readonly verdict: PartlyAccepted;
      /** The event that says the verdict. */
      readonly verdictBy: Fact;
      readonly accepter: Actor;
    })
  /** With the setting, to be corrected. */
  | (Submitted & { readonly status: 'returned'; readonly verdict: Returned })
  /** Its acceptance was withdrawn: to be corrected, or accepted again. */
  | (Submitted & { readonly status: 'withdrawn'; readonly because: string });

const SAYS: Record<ReportState['status'], string> = {
  none: 'no report has been submitted for this window',
  submitted: 'the report is submitted and waits to be accepted',
  accepted: 'the report is accepted',
  'partly-accepted': 'the report is partly accepted',
  returned: 'the report was returned to the setting',
  withdrawn: "the report's acceptance was withdrawn",
};

export function wrongState(code: string, message: string, { status }: ReportState): Refusal {
  return refusal(code, 'wrong-state', `${SAYS[status]}: ${message}`, { status });
}

/** Total: an event that no history holds in this place changes nothing. */
export function evolve(state: ReportState, event: RecordedEvent<ReportEvent>): ReportState {
  const { actor, occurredAt: since } = event.metadata;
  if (event.type === 'ProgressReportSubmitted') {
    const before = state.status === 'none' ? { submitters: [], accepted: [] } : state;
    const { accepted } = before;
    return { ...event.data, status: 'submitted', submitters: [...before.submitters, actor], accepted, since };
  }
  if (state.status === 'none') return state; // no history begins like this
  const { programmeId, urn, window, summary, plan, actions, submitters, accepted } = state;
  const submitted = { programmeId, urn, window, summary, plan, actions, submitters, accepted, since };
  switch (event.type) {
    case 'ProgressReportAccepted':
      return {
        ...{ ...submitted, status: 'accepted', acceptance: factOf(event), accepter: actor },
        accepted: withAccepted(accepted, actions),
      };
    case 'ProgressReportPartlyAccepted':
      return {
        ...submitted,
        status: 'partly-accepted',
        accepted: withAccepted(accepted, wordsOn(actions, event.data.accepted)),
        verdict: event.data,
        verdictBy: factOf(event),
        accepter: actor,
      };
    case 'ProgressReportReturned':
      return { ...submitted, status: 'returned', verdict: event.data };
    case 'ProgressReportAcceptanceWithdrawn':
      return { ...submitted, status: 'withdrawn', accepted: [], because: event.data.reason };
    default:
      event satisfies never;
      return state;
  }
}

/** What a report says of some of its actions. */
export function wordsOn<A extends AcceptedWord>(actions: readonly A[], ids: readonly string[]): readonly A[] {
  return actions.filter(({ actionId }) => ids.includes(actionId));
}

/** By which event a report counts as accepted: wholly, or in part with its tranche to be paid; `null` if it does not. */
export function acceptanceOf(state: ReportState): Fact | null {
  if (state.status === 'accepted') return state.acceptance;
  if (state.status === 'partly-accepted' && state.verdict.tranche === 'may-be-paid') return state.verdictBy;
  return null;
}
