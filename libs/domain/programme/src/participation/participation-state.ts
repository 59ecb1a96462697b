import { factOf, type Actor, type Fact, type RecordedEvent } from '#kernel';
import type { ReportWindow } from '../programme/programme.events.js';
import type { ParticipationEvent } from './participation.events.js';

type DataOf<T extends ParticipationEvent['type']> = Extract<ParticipationEvent, { type: T }>['data'];
/** What an event said, with which event it was, when, and by whom. */
export type Said<T extends ParticipationEvent['type']> = DataOf<T> & {
  readonly fact: Fact;
  readonly by: Actor;
};

/** What is known of a setting that is, or was, enrolled. */
export interface Enrolment {
  readonly programmeId: string;
  readonly urn: string;
  readonly settingName: string;
  readonly reportWindows: readonly ReportWindow[];
  readonly enrolment: Fact;
  /** Of each check the latest. */
  readonly dueDiligence: Said<'DueDiligenceCompleted'> | null;
  readonly fraudRisk: Said<'FraudRiskAssessed'> | null;
  readonly signature: Said<'GrantAgreementSigned'> | null;
  readonly review: Said<'FinancialReviewCompleted'> | null;
  /** Ids of all continuity decisions that were ever raised. */
  readonly raised: readonly string[];
  /** Those that nobody has answered. */
  readonly undecided: readonly Said<'ContinuityDecisionRaised'>[];
  /** As it stands, with whoever was named last to take over: the fact is that which named it. */
  readonly continuity: Said<'ContinuityDecided'> | null;
  /** Every setting that its part was ever to be passed on to, oldest first. */
  readonly named: readonly string[];
  /** Which of them takes it over, or has; `null`: none yet, or who was to has been replaced. */
  readonly handedOver: Said<'PartHandedOver'> | null;
  /** Whose parts it took over. */
  readonly takenOver: readonly Said<'PartTakenOver'>[];
}

/** How an enrolment may end. */
export type Ended = 'withdrawn' | 'discontinued' | 'transferred' | 'wound-down' | 'reclaimed';

export type ParticipationState =
  | { readonly status: 'not-enrolled' }
  | { readonly status: 'invited'; readonly invitation: Said<'SettingInvited'> }
  | { readonly status: 'declined'; readonly answer: Said<'InvitationDeclined'> }
  | (Enrolment & { readonly status: 'enrolled' })
  | (Enrolment & {
      readonly status: Ended;
      readonly ending: Fact;
      /** What gave it this status: its ending, or the decision in place of a transfer by which it had ended. */
      readonly statusBy: Fact;
      readonly reason: string;
    });

export function isEnded<S extends ParticipationState>(state: S): state is Extract<S, { status: Ended }> {
  return 'ending' in state;
}

/** How a continuity decision ends a participation; `carry-on` does not. */
const ENDED_BY: Readonly<Record<string, Ended | undefined>> = {
  transfer: 'transferred',
  'wind-down': 'wound-down',
  reclaim: 'reclaimed',
};

/** What a part that was passed on has become by a decision in place of that; `undefined`: what no history says. */
export function endedInstead({
  data: { outcome },
}: Extract<ParticipationEvent, { type: 'TransferReplaced' }>): Ended | undefined {
  return ENDED_BY[outcome];
}

/** How an event ends a setting's part, of which at most one does; `undefined`: it goes on. */
export function endedBy(
  event: Extract<
    ParticipationEvent,
    { type: 'SettingWithdrawn' | 'FinancialReviewCompleted' | 'ContinuityDecided' }
  >,
): Ended | undefined {
  if (event.type === 'SettingWithdrawn') return 'withdrawn';
  const { outcome } = event.data;
  if (event.type === 'ContinuityDecided') return ENDED_BY[outcome];
  return outcome === 'discontinue' ? 'discontinued' : undefined;
}

function said<E extends RecordedEvent<ParticipationEvent>>(event: E) {
  return { ...event.data, fact: factOf(event), by: event.metadata.actor } as E['data'] & {
    readonly fact: Fact;
    readonly by: Actor;
  };
}

function enrolledBy(
  event: RecordedEvent<Extract<ParticipationEvent, { type: 'SettingEnrolled' }>>,
): ParticipationState {
  const { programmeId, urn, settingName, reportWindows } = event.data;
  return {
    status: 'enrolled',
    ...{ programmeId, urn, settingName, reportWindows },
    enrolment: factOf(event),
    ...{ dueDiligence: null, fraudRisk: null, signature: null, review: null },
    ...{ raised: [], undecided: [], continuity: null, named: [], handedOver: null, takenOver: [] },
  };
}

type Enrolled = Extract<ParticipationState, { status: 'enrolled' | Ended }>;

function ended(state: Enrolled, status: Ended, ending: Fact, reason: string): ParticipationState {
  return isEnded(state) ? state : { ...state, status, ending, statusBy: ending, reason };
}

function endedOtherwise(
  state: Enrolled,
  event: RecordedEvent<Extract<ParticipationEvent, { type: 'TransferReplaced' }>>,
): ParticipationState {
  const { outcome, reason } = event.data;
  const { fact, by } = said(event);
  const status = endedInstead(event);
  if (!isEnded(state) || status === undefined) return state;
  const continuity = state.continuity && { ...state.continuity, outcome, toUrn: null, reason, fact, by };
  return { ...state, status, statusBy: fact, reason, continuity, handedOver: null };
}

function duringEnrolment(state: Enrolled, event: RecordedEvent<ParticipationEvent>): ParticipationState {
  switch (event.type) {
    case 'SettingWithdrawn':
      return ended(state, 'withdrawn', factOf(event), event.data.reason);
    case 'DueDiligenceCompleted':
      return { ...state, dueDiligence: said(event) };
    case 'FraudRiskAssessed':
      return { ...state, fraudRisk: said(event) };
    case 'GrantAgreementSigned':
      return { ...state, signature: said(event) };
    case 'FinancialReviewCompleted': {
      const reviewed = { ...state, review: said(event) };
      return event.data.outcome === 'discontinue'
        ? ended(reviewed, 'discontinued', factOf(event), event.data.findings)
        : reviewed;
    }
    case 'ContinuityDecisionRaised':
      return {
        ...state,
        raised: [...state.raised, event.data.decisionId],
        undecided: [...state.undecided, said(event)],
      };
    case 'ContinuityDecided': {
      const { toUrn } = event.data;
      const named = toUrn === null ? state.named : [...state.named, toUrn];
      const decided = { ...state, undecided: [], continuity: said(event), named };
      const how = ENDED_BY[event.data.outcome];
      return how === undefined ? decided : ended(decided, how, factOf(event), event.data.reason);
    }
    case 'SuccessorReplaced': {
      const { toUrn, reason } = event.data;
      const { fact, by } = said(event);
      const continuity = state.continuity && { ...state.continuity, toUrn, reason, fact, by };
      return { ...state, continuity, named: [...state.named, toUrn], handedOver: null };
    }
    case 'TransferReplaced':
      return endedOtherwise(state, event);
    case 'PartHandedOver':
      return { ...state, handedOver: said(event) };
    case 'PartTakenOver':
      return { ...state, takenOver: [...state.takenOver, said(event)] };
    case 'ReportDeadlineExtended': {
      const { to } = event.data;
      const reportWindows = state.reportWindows.map((one) => (one.number === to.number ? to : one));
      return { ...state, reportWindows };
    }
    case 'SettingInvited':
    case 'InvitationDeclined':
    case 'SettingEnrolled':
      return state;
    default:
      event satisfies never;
      return state;
  }
}

/** Total: an event that no history holds in this place changes nothing. */
export function evolve(
  state: ParticipationState,
  event: RecordedEvent<ParticipationEvent>,
): ParticipationState {
  if ('enrolment' in state) return duringEnrolment(state, event);
  if (event.type === 'SettingEnrolled') return enrolledBy(event);
  if (event.type === 'SettingInvited') return { status: 'invited', invitation: said(event) };
  if (event.type === 'InvitationDeclined') return { status: 'declined', answer: said(event) };
  return state;
}

/** The setting in whose place this one was enrolled; `undefined`: it takes part in its own right, or not at all. */
export function enrolledInPlaceOf(
  state: ParticipationState,
): { readonly urn: string; readonly settingName: string } | undefined {
  return 'takenOver' in state ? state.takenOver.find(({ enrols }) => enrols)?.from : undefined;
}
