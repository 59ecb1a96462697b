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
import type { ActionComment, PlanAction, PlanEvent } from './plan.events.js';

/** What one version says. */
export interface PlanVersion {
  readonly version: number;
  readonly audit: EventReference;
  readonly actions: readonly PlanAction[];
  readonly totalPence: number;
}

/** What every submitted plan knows, whatever has become of it. */
interface Submitted extends PlanVersion {
  readonly programmeId: string;
  readonly urn: string;
  /** Of the version in force, or that was so last; none before one ever was. They keep what they are tied to. */
  readonly carried: readonly PlanAction[];
  /** The highest version there has been, variations among them. */
  readonly newest: number;
  /** Everybody who ever submitted a version or a variation: none of them may approve one. */
  readonly submitters: readonly Actor[];
  /** When it came to be as it is. */
  readonly since: Instant;
}

/** A version that would take the place of the one in force: waiting for approval, or with the setting again. */
export interface Variation extends PlanVersion {
  readonly status: 'submitted' | 'returned';
  /** Why the setting varies its plan. */
  readonly reason: string;
  /** What the return said; `null` until then. */
  readonly because: string | null;
  readonly comments: readonly ActionComment[];
  readonly since: Instant;
}

/** Its version, actions and total are those of what was decided on: once approved, of the version in force. */
export type PlanState =
  | { readonly status: 'none' }
  | (Submitted & { readonly status: 'submitted' })
  /** With the setting: returned with comments, or its approval withdrawn with a reason. Only to be submitted again. */
  | (Submitted & {
      readonly status: 'returned';
      readonly because: string;
      readonly comments: readonly ActionComment[];
    })
  | ApprovedPlan;

export type ApprovedPlan = Submitted & {
  readonly status: 'approved';
  /** Of the version in force. */
  readonly approval: Fact;
  readonly approver: Actor;
  /** Whether the version in force came as a variation. */
  readonly varied: boolean;
  /** What is pending; the version in force stays so meanwhile. */
  readonly variation: Variation | null;
};

export const SAYS: Record<PlanState['status'], string> = {
  none: 'no action plan has been submitted',
  submitted: 'the action plan is submitted and waits for approval or return',
  returned: 'the action plan is with the setting, to be submitted again',
  approved: 'the action plan is approved',
};

export function wrongState(code: string, message: string, state: PlanState): Refusal {
  return refusal(code, 'wrong-state', message, { status: state.status });
}

type EventNamed<T extends PlanEvent['type']> = RecordedEvent<Extract<PlanEvent, { type: T }>>;
type VariationEvent = EventNamed<Extract<PlanEvent['type'], `ActionPlanVariation${string}`>>;

function evolveVariation(state: ApprovedPlan, event: VariationEvent): PlanState {
  const { actor, occurredAt: since } = event.metadata;
  if (event.type === 'ActionPlanVariationSubmitted') {
    const { version, reason, audit, actions, totalPence } = event.data;
    const said = { version, reason, audit, actions, totalPence };
    const variation: Variation = { ...said, status: 'submitted', because: null, comments: [], since };
    return { ...state, newest: version, submitters: [...state.submitters, actor], variation };
  }
  const { variation } = state;
  if (variation === null) return state; // no history holds this here
  if (event.type === 'ActionPlanVariationReturned') {
    const { comments: because, actions: comments } = event.data;
    return { ...state, variation: { ...variation, status: 'returned', because, comments, since } };
  }
  const { version, audit, actions, totalPence } = variation;
  const inForce = { version, audit, actions, totalPence, carried: actions, varied: true, variation: null };
  return { ...state, ...inForce, approval: factOf(event), approver: actor, since };
}

export function evolve(state: PlanState, event: RecordedEvent<PlanEvent>): PlanState {
  const { actor, occurredAt: since } = event.metadata;
  if (event.type === 'ActionPlanSubmitted') {
    const submitters = [...(state.status === 'none' ? [] : state.submitters), actor];
    const carried = state.status === 'none' ? [] : state.carried;
    return { ...event.data, status: 'submitted', newest: event.data.version, carried, submitters, since };
  }
  if (state.status === 'none') return state; // no history begins like this
  const { programmeId, urn, version, newest, audit, actions, totalPence, carried, submitters } = state;
  const said = { programmeId, urn, version, newest, audit, actions, totalPence };
  const submitted = { ...said, carried, submitters, since };
  switch (event.type) {
    case 'ActionPlanReturned':
      return { ...submitted, status: 'returned', because: event.data.comments, comments: event.data.actions };
    case 'ActionPlanApprovalWithdrawn':
      return { ...submitted, status: 'returned', because: event.data.reason, comments: [] };
    case 'ActionPlanApproved': {
      const signed = { approval: factOf(event), approver: actor, varied: false, variation: null };
      return { ...submitted, carried: actions, status: 'approved', ...signed };
    }
    case 'ActionPlanVariationSubmitted':
    case 'ActionPlanVariationReturned':
    case 'ActionPlanVariationApproved':
      return state.status === 'approved' ? evolveVariation(state, event) : state;
    default:
      event satisfies never;
      return state;
  }
}
