import type { AllocationPolicy } from '#domain/programme';
import {
  factOf,
  sumPence,
  type Actor,
  type EventReference,
  type Fact,
  type Pence,
  type Person,
  type RecordedEvent,
} from '#kernel';
import type { RoundRate } from '../round/round-rate.js';
import type { AllocationEvent, CarriedOver, OfferedTranche } from './allocation.events.js';
import type { ConditionState } from './conditions.js';
import {
  askedPence,
  backPence,
  askedOfNothing,
  letGoPence,
  NOTHING_BACK,
  withMoneyBack,
  type MoneyBack,
} from './money-back-state.js';

/** Who signed, by which event, and when. */
export type Signature = Fact & { readonly by: Actor };

/** Who objected, or took an objection back, and why. */
export type Objection = Signature & { readonly reason: string };

/** A tranche with the signatures that stand. */
export type TrancheState = OfferedTranche & {
  readonly proposed: Signature | null;
  /** With whose authority, if it was another's. */
  readonly approved: (Signature & { readonly onBehalfOf: Person | null }) | null;
  readonly released: Signature | null;
  /** The condition whose revocation, or new evidence, took the signatures back; until it is proposed again. */
  readonly fellWith: string | null;
  /** How the last signature was taken back or turned down, until the next one is given. */
  readonly turnedBack:
    (Objection & { readonly how: 'refused' | 'withdrawn' | 'revoked' | 'revised' | 'reversed' }) | null;
  /** Nobody signs while it is held. */
  readonly held: Objection | null;
  /** How the last hold ended. */
  readonly resumed: Objection | null;
  /** The settlement, by the id of its event, that is no payment after all, and who said so. */
  readonly unmade?: Objection & { readonly settlement: string };
};

/** JSON only, because the read model of tranches keeps it: see its projection. */
export interface Offered {
  readonly programmeId: string;
  readonly urn: string;
  readonly settingName: string;
  readonly reservationId: string;
  readonly amountPence: Pence;
  readonly offer: Fact;
  /** What the amount rests on. */
  readonly terms: OfferTerms;
  /** What is due by it: less than `amountPence` where more had been released before it was revised, whether it is back or not. */
  readonly duePence: Pence;
  /** In order. */
  readonly revisions: readonly Revision[];
  /** Whose allocation it is the rest of; `null`: it was worked out. */
  readonly carriedOver: CarriedOver | null;
  /** The last day on which it can be accepted; `null`: there is none. */
  readonly acceptBy: string | null;
  readonly tranches: readonly TrancheState[];
  readonly conditions: Readonly<Record<string, ConditionState>>;
  /** What came back of what was paid, and what is asked back. */
  readonly moneyBack: MoneyBack;
  /** Reservations under which nothing can be offered any more, and revisions that can not be made any more. */
  readonly abandoned: readonly string[];
}

/** What an amount rests on: the figure, the policy, and what a round came to for a teacher. */
export interface OfferTerms {
  readonly fte: string;
  readonly figure: EventReference;
  readonly policy: AllocationPolicy;
  readonly programme: EventReference;
  /** `null`: the policy says the rate itself. */
  readonly rate: RoundRate | null;
}

/** An amount that was worked out again. */
export type Revision = Objection & { readonly revisionId: string };

/** What has been released beyond what is due, because it was revised downwards too late. */
export function overpaidPence(state: Pick<Offered, 'tranches' | 'duePence'>): Pence {
  return Math.max(0, releasedPence(state) - state.duePence);
}

/** What of it has neither come back nor been asked for, and that nobody decided to let go. */
export function overpaidLeftPence(
  state: Pick<Offered, 'tranches' | 'duePence' | 'moneyBack' | 'revisions' | 'offer'>,
): Pence {
  const { reclaimedPence, returnedPence } = backPence(state.moneyBack);
  const seenTo = reclaimedPence + returnedPence + askedPence(state.moneyBack);
  return Math.max(0, overpaidPence(state) - seenTo - letGoPence(state.moneyBack, saysAmount(state).event));
}

/** Whether what more was set aside for was done: a revision made, or a receipt of a closed allocation reversed. */
export function wasMade(
  { revisions, moneyBack }: Pick<Offered, 'revisions' | 'moneyBack'>,
  id: string,
): boolean {
  return (
    revisions.some(({ revisionId }) => revisionId === id) ||
    moneyBack.receipts.some(({ reversed }) => reversed?.reversalId === id)
  );
}

/** The event that says what is allocated: the newest revision, or the offer. */
export function saysAmount({ revisions, offer }: Pick<Offered, 'revisions' | 'offer'>): Fact {
  return revisions.at(-1) ?? offer;
}

export type AllocationState =
  | {
      readonly status: 'none';
      readonly abandoned: readonly string[];
      /** How the last offer ended, until there is another. */
      readonly ended?: Objection & {
        readonly how: 'declined' | 'lapsed';
        readonly reservationId: string;
        readonly amountPence: Pence;
      };
    }
  | (Offered & { readonly status: 'offered' })
  | (Offered & { readonly status: 'accepted'; readonly acceptance: Fact })
  /** Nothing more is decided about it but what it came to, where that was not as it was closed. */
  | (Offered & {
      readonly status: 'closed';
      readonly acceptance: Fact;
      /** The newest, if it was closed anew as it came to less or more; and the event by which it was closed at first. */
      readonly closure: Objection & { readonly carriedTo: string | null; readonly first: EventReference };
    });

export const NOTHING_OFFERED: AllocationState = { status: 'none', abandoned: [] };

export function releasedPence({ tranches }: Pick<Offered, 'tranches'>): Pence {
  return tranches.reduce((sum, { released, amountPence }) => sum + (released === null ? 0 : amountPence), 0);
}

/** What an allocation came to: what was released and has not come back. */
export function costPence(state: Pick<Offered, 'tranches' | 'moneyBack'>): Pence {
  const { reclaimedPence, returnedPence } = backPence(state.moneyBack);
  return releasedPence(state) - reclaimedPence - returnedPence;
}

type EventNamed<T extends AllocationEvent['type']> = RecordedEvent<Extract<AllocationEvent, { type: T }>>;

const UNSIGNED = {
  ...{ proposed: null, approved: null, released: null, fellWith: null },
  ...{ turnedBack: null, held: null, resumed: null },
} satisfies Omit<TrancheState, keyof OfferedTranche>;

/** Signatures were given for an amount: those for another one fall, unless the tranche is released. */
function revisedBy<S extends Offered>(state: S, event: EventNamed<'AllocationRevised'>): S {
  const { fte, figure, policy, programme, rate, duePence, amountPence, revisionId, reason, acceptBy } =
    event.data;
  const revision = { ...factOf(event), by: event.metadata.actor, reason };
  const tranches = event.data.tranches.map(({ fromPence, ...tranche }): TrancheState => {
    const before = state.tranches.find(({ number }) => number === tranche.number) ?? {
      ...tranche,
      ...UNSIGNED,
    };
    if (tranche.amountPence === fromPence || before.proposed === null) return { ...before, ...tranche };
    const turnedBack = { ...revision, how: 'revised' } as const;
    return { ...before, ...tranche, proposed: null, approved: null, turnedBack };
  });
  return {
    ...state,
    ...{ duePence, amountPence, acceptBy, tranches },
    terms: { fte, figure, policy, programme, rate },
    revisions: [...state.revisions, { ...revision, revisionId }],
  };
}

function offeredBy(event: EventNamed<'AllocationOffered'>, abandoned: readonly string[]): AllocationState {
  const { programmeId, urn, settingName, reservationId, amountPence, tranches, acceptBy } = event.data;
  const { fte, figure, policy, programme, round, carriedOver } = event.data;
  return {
    status: 'offered',
    ...{ programmeId, urn, settingName, reservationId, amountPence, abandoned },
    offer: factOf(event),
    terms: { fte, figure, policy, programme, rate: round?.rate ?? null },
    duePence: amountPence,
    revisions: [],
    ...{ carriedOver, acceptBy },
    tranches: tranches.map((tranche) => ({ ...tranche, ...UNSIGNED })),
    conditions: {},
    moneyBack: NOTHING_BACK,
  };
}

/**
 * What was signed rested on the evidence of then. When that is undone, or other evidence takes its place, those
 * signatures fall that have not led to a release: people sign again, knowing what they sign for.
 */
function withCondition<S extends Offered>(
  state: S,
  event: EventNamed<'ConditionMet'> | EventNamed<'ConditionRevoked'>,
): S {
  const { condition, evidence } = event.data;
  const { event: recorded, occurredAt: at } = factOf(event);
  const met = event.type === 'ConditionMet';
  return {
    ...state,
    conditions: { ...state.conditions, [condition]: { met, evidence, recorded, at } },
    tranches: state.tranches.map((tranche) =>
      tranche.released !== null || tranche.proposed === null || !tranche.conditions.includes(condition)
        ? tranche
        : { ...tranche, proposed: null, approved: null, fellWith: condition },
    ),
  };
}

function signed<S extends Offered>(
  state: S,
  number: number,
  signature: Partial<Omit<TrancheState, keyof OfferedTranche>>,
): S {
  return {
    ...state,
    tranches: state.tranches.map((tranche) =>
      tranche.number === number ? { ...tranche, ...signature } : tranche,
    ),
  };
}

type TrancheEvent = Extract<RecordedEvent<AllocationEvent>, { type: `Tranche${string}` }>;

function withTranche<S extends Offered>(state: S, event: TrancheEvent): S {
  const signature: Signature = { ...factOf(event), by: event.metadata.actor };
  switch (event.type) {
    case 'TrancheProposed':
      return signed(state, event.data.number, { proposed: signature, fellWith: null, turnedBack: null });
    case 'TrancheApproved':
      return signed(state, event.data.number, {
        approved: { ...signature, onBehalfOf: event.data.authority?.onBehalfOf ?? null },
        turnedBack: null,
      });
    case 'TrancheReleased':
      return signed(state, event.data.number, { released: signature });
    case 'TrancheProposalRefused':
    case 'TrancheProposalWithdrawn': {
      const how = event.type === 'TrancheProposalRefused' ? 'refused' : 'withdrawn';
      const turnedBack = { ...signature, reason: event.data.reason, how } as const;
      return signed(state, event.data.number, { proposed: null, turnedBack });
    }
    case 'TrancheApprovalRevoked': {
      const turnedBack = { ...signature, reason: event.data.reason, how: 'revoked' } as const;
      return signed(state, event.data.number, { approved: null, turnedBack });
    }
    case 'TrancheReleaseReversed': {
      const turnedBack = { ...signature, reason: event.data.reason, how: 'reversed' } as const;
      return signed(state, event.data.number, {
        ...{ proposed: null, approved: null, released: null },
        turnedBack,
      });
    }
    case 'TranchePaymentReversed': {
      const { number, reason, settlement } = event.data;
      return {
        ...signed(state, number, { unmade: { ...signature, reason, settlement: settlement.eventId } }),
        moneyBack: askedOfNothing(state.moneyBack, number),
      };
    }
    case 'TrancheHeld':
      return signed(state, event.data.number, { held: { ...signature, reason: event.data.reason } });
    case 'TrancheResumed': {
      const resumed = { ...signature, reason: event.data.reason };
      return signed(state, event.data.number, { held: null, resumed });
    }
    default:
      event satisfies never;
      return state;
  }
}

/** Closed anew, it came to less or more: a release was reversed whose payment had not been made, money came in, or had not. */
function closedBy(
  state: Exclude<AllocationState, { status: 'none' }>,
  { data }: EventNamed<'AllocationClosed'>,
  signature: Signature,
): AllocationState {
  const { reason, carriedTo, undrawn } = data;
  if (state.status === 'offered') return state;
  if (state.status === 'accepted') {
    return {
      ...state,
      status: 'closed',
      closure: { ...signature, reason, carriedTo, first: signature.event },
    };
  }
  const numbers = new Set(undrawn.map(({ number }) => number));
  return {
    ...state,
    amountPence: state.amountPence - sumPence(undrawn),
    tranches: state.tranches.map((one) => (numbers.has(one.number) ? { ...one, amountPence: 0 } : one)),
    closure: { ...state.closure, ...signature },
  };
}

/** Total: an event that no history holds in this place changes nothing. */
export function evolve(state: AllocationState, event: RecordedEvent<AllocationEvent>): AllocationState {
  if (event.type === 'OfferAbandoned' || event.type === 'RevisionAbandoned') {
    const { type, data } = event;
    const abandoned = type === 'OfferAbandoned' ? data.reservationId : data.revisionId;
    return { ...state, abandoned: [...state.abandoned, abandoned] };
  }
  if (state.status === 'none') {
    return event.type === 'AllocationOffered' ? offeredBy(event, state.abandoned) : state;
  }
  const signature: Signature = { ...factOf(event), by: event.metadata.actor };
  switch (event.type) {
    case 'AllocationOffered':
      return state;
    case 'AllocationRevised':
      return revisedBy(state, event);
    case 'OfferAccepted':
      return state.status === 'offered' ? { ...state, status: 'accepted', acceptance: factOf(event) } : state;
    case 'OfferDeclined':
    case 'OfferLapsed': {
      const { reason, reservationId, amountPence } = event.data;
      const how = event.type === 'OfferDeclined' ? 'declined' : 'lapsed';
      const ended = { ...signature, how, reason, reservationId, amountPence } as const;
      return { status: 'none', abandoned: [...state.abandoned, reservationId], ended };
    }
    case 'ConditionMet':
    case 'ConditionRevoked':
      return withCondition(state, event);
    case 'TrancheProposed':
    case 'TrancheApproved':
    case 'TrancheReleased':
    case 'TrancheProposalRefused':
    case 'TrancheProposalWithdrawn':
    case 'TrancheApprovalRevoked':
    case 'TrancheHeld':
    case 'TrancheResumed':
    case 'TrancheReleaseReversed':
    case 'TranchePaymentReversed':
      return withTranche(state, event);
    case 'ReclaimProposed':
    case 'ReclaimApproved':
    case 'ReclaimWithdrawn':
    case 'ReclaimReceived':
    case 'UnderspendReturned':
    case 'ReceiptReversed':
      return { ...state, moneyBack: withMoneyBack(state.moneyBack, event) };
    case 'AllocationClosed':
      return closedBy(state, event, signature);
    default:
      event satisfies never;
      return state;
  }
}
