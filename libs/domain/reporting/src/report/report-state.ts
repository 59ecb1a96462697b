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
  /** What of it stood so when the report was last sent in: a verdict on that adds to it, in place of another on the same. */
  readonly acceptedEarlier: readonly AcceptedWord[];
  /** Everybody who ever submitted this report: none of them may judge it. */
  readonly submitters: readonly Actor[];
  /** When the newest event of the report happened. */
  readonly since: Instant;
}

type PartlyAccepted = Extract<ReportEvent, { type: 'ProgressReportPartlyAccepted' }>['data'];
type Returned = Extract<ReportEvent, { type: 'ProgressReportReturned' }>['data'];

/** Why what was accepted of the report before was withdrawn since it came there; `null`: it was not. */
interface Stands {
  readonly because: string | null;
}

export type ReportState =
  | { readonly status: 'none' }
  | (Submitted & Stands & { readonly status: 'submitted' })
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
  | (Submitted & Stands & { readonly status: 'returned'; readonly verdict: Returned })
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
    return {
      ...{ ...event.data, status: 'submitted', submitters: [...before.submitters, actor] },
      ...{ accepted, acceptedEarlier: accepted, since, because: null },
    };
  }
  if (state.status === 'none') return state; // no history begins like this
  const { programmeId, urn, window, summary, plan, actions, submitters, accepted, acceptedEarlier } = state;
  const said = { programmeId, urn, window, summary, plan, actions };
  const submitted = { ...said, submitters, accepted, acceptedEarlier, since };
  switch (event.type) {
    case 'ProgressReportAccepted':
      return {
        ...{ ...submitted, status: 'accepted', acceptance: factOf(event), accepter: actor },
        accepted: withAccepted(acceptedEarlier, actions),
      };
    case 'ProgressReportPartlyAccepted':
      return {
        ...submitted,
        status: 'partly-accepted',
        accepted: withAccepted(acceptedEarlier, wordsOn(actions, event.data.accepted)),
        verdict: event.data,
        verdictBy: factOf(event),
        accepter: actor,
      };
    case 'ProgressReportReturned':
      return { ...submitted, status: 'returned', verdict: event.data, because: null };
    case 'ProgressReportAcceptanceWithdrawn': {
      const nothing = { accepted: [], acceptedEarlier: [], because: event.data.reason };
      // A corrected report that waits, or is back with the setting, stays so: nothing was accepted of it yet.
      if (state.status === 'submitted' || state.status === 'returned') return { ...state, ...nothing, since };
      return { ...submitted, ...nothing, status: 'withdrawn' };
    }
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
