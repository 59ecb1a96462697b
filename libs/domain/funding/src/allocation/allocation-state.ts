import { factOf, type Actor, type Fact, type Pence, type RecordedEvent } from '#kernel';
import type { AllocationEvent, OfferedTranche } from './allocation.events.js';
import type { ConditionState } from './conditions.js';
import { backPence, NOTHING_BACK, withMoneyBack, type MoneyBack } from './money-back-state.js';

/** Who signed, by which event, and when. */
export type Signature = Fact & { readonly by: Actor };

/** Who objected, or took an objection back, and why. */
export type Objection = Signature & { readonly reason: string };

/** A tranche with the signatures that stand. */
export type TrancheState = OfferedTranche & {
  readonly proposed: Signature | null;
  readonly approved: Signature | null;
  readonly released: Signature | null;
  /** The condition whose revocation, or new evidence, took the signatures back; until it is proposed again. */
  readonly fellWith: string | null;
  /** How the last signature was taken back or turned down, until the next one is given. */
  readonly turnedBack: (Objection & { readonly how: 'refused' | 'withdrawn' | 'revoked' }) | null;
  /** Nobody signs while it is held. */
  readonly held: Objection | null;
  /** How the last hold ended. */
  readonly resumed: Objection | null;
};

/** JSON only, because the read model of tranches keeps it: see its projection. */
export interface Offered {
  readonly programmeId: string;
  readonly urn: string;
  readonly settingName: string;
  readonly reservationId: string;
  readonly amountPence: Pence;
  readonly offer: Fact;
  readonly tranches: readonly TrancheState[];
  readonly conditions: Readonly<Record<string, ConditionState>>;
  /** What came back of what was paid, and what is asked back. */
  readonly moneyBack: MoneyBack;
  /** Reservations under which nothing can be offered any more. */
  readonly abandoned: readonly string[];
}

export type AllocationState =
  | {
      readonly status: 'none';
      readonly abandoned: readonly string[];
      /** How the last offer ended, until there is another. */
      readonly declined?: Objection & { readonly reservationId: string; readonly amountPence: Pence };
    }
  | (Offered & { readonly status: 'offered' })
  | (Offered & { readonly status: 'accepted'; readonly acceptance: Fact })
  /** Nothing more is decided about it. */
  | (Offered & { readonly status: 'closed'; readonly acceptance: Fact; readonly closure: Objection });

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

function offeredBy(event: EventNamed<'AllocationOffered'>, abandoned: readonly string[]): AllocationState {
  const { programmeId, urn, settingName, reservationId, amountPence, tranches } = event.data;
  const unsigned = { proposed: null, approved: null, released: null, fellWith: null };
  const unheld = { turnedBack: null, held: null, resumed: null };
  return {
    status: 'offered',
    ...{ programmeId, urn, settingName, reservationId, amountPence, abandoned },
    offer: factOf(event),
    tranches: tranches.map((tranche) => ({ ...tranche, ...unsigned, ...unheld })),
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

/** Total: an event that no history holds in this place changes nothing. */
export function evolve(state: AllocationState, event: RecordedEvent<AllocationEvent>): AllocationState {
  if (event.type === 'OfferAbandoned') {
    return { ...state, abandoned: [...state.abandoned, event.data.reservationId] };
  }
  if (state.status === 'none') {
    return event.type === 'AllocationOffered' ? offeredBy(event, state.abandoned) : state;
  }
  const signature: Signature = { ...factOf(event), by: event.metadata.actor };
  switch (event.type) {
    case 'AllocationOffered':
      return state;
    case 'OfferAccepted':
      return state.status === 'offered' ? { ...state, status: 'accepted', acceptance: factOf(event) } : state;
    case 'OfferDeclined': {
      const { reason, reservationId, amountPence } = event.data;
      const declined = { ...signature, reason, reservationId, amountPence };
      return { status: 'none', abandoned: [...state.abandoned, reservationId], declined };
    }
    case 'ConditionMet':
    case 'ConditionRevoked':
      return withCondition(state, event);
    case 'TrancheProposed':
      return signed(state, event.data.number, { proposed: signature, fellWith: null, turnedBack: null });
    case 'TrancheApproved':
      return signed(state, event.data.number, { approved: signature, turnedBack: null });
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
    case 'TrancheHeld':
      return signed(state, event.data.number, { held: { ...signature, reason: event.data.reason } });
    case 'TrancheResumed': {
      const resumed = { ...signature, reason: event.data.reason };
      return signed(state, event.data.number, { held: null, resumed });
    }
    case 'ReclaimProposed':
    case 'ReclaimApproved':
    case 'ReclaimWithdrawn':
    case 'ReclaimReceived':
    case 'UnderspendReturned':
    case 'ReceiptReversed':
      return { ...state, moneyBack: withMoneyBack(state.moneyBack, event) };
    case 'AllocationClosed': {
      const closure = { ...signature, reason: event.data.reason };
      return state.status === 'accepted' ? { ...state, status: 'closed', closure } : state;
    }
    default:
      event satisfies never;
      return state;
  }
}
