import type { Actor, Fact } from '#kernel';
import { reviewDueOn } from '../../participation/financial-review.js';
import { isEnded, type Enrolment, type ParticipationState } from '../../participation/participation-state.js';

/** Who did something, and when. */
export interface DoneBy {
  readonly by: string;
  readonly at: string;
}

/** A question that the register raised and nobody has answered. */
export interface Undecided {
  readonly decisionId: string;
  readonly because: string;
  readonly closedOn: string | null;
  readonly successors: readonly string[];
  readonly raisedAt: string;
}

/** What is shown of a setting's part, whatever its status. */
export type Shown = Readonly<{
  status: ParticipationState['status'];
  /** Since when it has that status. */
  statusSince: string;
  /** Why it declined or ended. */
  because: string | null;
  answerBy: string | null;
  enrolledAt: string | null;
  /** Subject of who enrolled it. */
  enrolledBy: string | null;
  dueDiligence: (DoneBy & { readonly outcome: string; readonly conditions: readonly string[] }) | null;
  fraudRisk: (DoneBy & { readonly level: string; readonly outcome: string }) | null;
  agreement: {
    readonly version: number;
    readonly signatory: string;
    readonly roleTitle: string;
    readonly at: string;
  } | null;
  review: (DoneBy & { readonly outcome: string; readonly upTo: string; readonly spentPence: number }) | null;
  /** By when the next financial review is due, `YYYY-MM-DD`; only while it is enrolled. */
  reviewDueOn: string | null;
  undecided: readonly Undecided[];
  continuity:
    (DoneBy & { readonly outcome: string; readonly toUrn: string | null; readonly reason: string }) | null;
  /** URNs of the settings whose parts it took over. */
  takenOverFrom: readonly string[];
}>;

const NOTHING: Omit<Shown, 'status' | 'statusSince'> = {
  ...{
    because: null,
    answerBy: null,
    enrolledAt: null,
    enrolledBy: null,
    dueDiligence: null,
    fraudRisk: null,
  },
  ...{ agreement: null, review: null, reviewDueOn: null, undecided: [], continuity: null, takenOverFrom: [] },
};

type Told = { readonly fact: Fact; readonly by: Actor };
const doneBy = ({ fact, by }: Told): DoneBy => ({ by: by.subject, at: fact.occurredAt });

function enrolmentShown(state: Enrolment): Partial<Shown> {
  const { dueDiligence, fraudRisk, signature, review, continuity } = state;
  return {
    enrolledAt: state.enrolment.occurredAt,
    dueDiligence: dueDiligence && {
      ...doneBy(dueDiligence),
      outcome: dueDiligence.outcome,
      conditions: dueDiligence.conditions,
    },
    fraudRisk: fraudRisk && { ...doneBy(fraudRisk), level: fraudRisk.level, outcome: fraudRisk.outcome },
    agreement: signature && {
      version: signature.version,
      signatory: signature.signatory.subject,
      roleTitle: signature.signatory.roleTitle,
      at: signature.fact.occurredAt,
    },
    review: review && {
      ...doneBy(review),
      ...{ outcome: review.outcome, upTo: review.upTo, spentPence: review.spentPence },
    },
    undecided: state.undecided.map(({ decisionId, because, closedOn, successors, fact }) => ({
      ...{ decisionId, because, closedOn, successors },
      raisedAt: fact.occurredAt,
    })),
    continuity: continuity && {
      ...doneBy(continuity),
      ...{ outcome: continuity.outcome, toUrn: continuity.toUrn, reason: continuity.reason },
    },
    takenOverFrom: state.takenOver.map(({ from }) => from.urn),
  };
}

/** Folded by the very function that decides: what is shown cannot differ from what is decided on. */
export function shownOf(state: ParticipationState): Shown {
  if (state.status === 'not-enrolled') return { ...NOTHING, status: state.status, statusSince: '' };
  if (state.status === 'invited') {
    const { fact, answerBy } = state.invitation;
    return { ...NOTHING, status: 'invited', statusSince: fact.occurredAt, answerBy };
  }
  if (state.status === 'declined') {
    const { fact, reason } = state.answer;
    return { ...NOTHING, status: 'declined', statusSince: fact.occurredAt, because: reason };
  }
  const shown = { ...NOTHING, ...enrolmentShown(state) };
  if (isEnded(state)) {
    const { status, statusBy, reason } = state;
    return { ...shown, status, statusSince: statusBy.occurredAt, because: reason };
  }
  const lastReviewed = state.review?.fact.occurredAt ?? state.enrolment.occurredAt;
  return {
    ...shown,
    ...{ reviewDueOn: reviewDueOn(lastReviewed), status: 'enrolled' },
    statusSince: state.enrolment.occurredAt,
  };
}
