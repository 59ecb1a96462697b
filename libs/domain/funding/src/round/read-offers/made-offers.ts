import type { Instant, RecordedEvent } from '#kernel';
import type { EventCodec, EventStore } from '#platform/event-store';
import {
  allocationOffered,
  offerAbandoned,
  type AllocationEvent,
} from '../../allocation/allocation.events.js';
import type { FundEvent } from '../../fund/fund.events.js';
import type { FundState } from '../../fund/fund-state.js';
import { partOfRound } from '../round-reservation.js';
import type { RoundLine } from '../round.js';

export type RoundAdopted = RecordedEvent<Extract<FundEvent, { type: 'AllocationRoundAdopted' }>>;

/** The adoptions of the rounds that may have offers to make yet, oldest first. */
export function unreconciledRounds(
  state: FundState,
  history: readonly RecordedEvent<FundEvent>[],
): readonly RoundAdopted[] {
  if (state.status === 'none') return [];
  const open = new Set(state.rounds.filter(({ reconciled }) => !reconciled).map(({ round }) => round));
  return history.filter(
    (event): event is RoundAdopted => event.type === 'AllocationRoundAdopted' && open.has(event.data.round),
  );
}

/** What has become of a round's offers, by URN. */
export interface MadeOffers {
  readonly offered: ReadonlySet<string>;
  /** Why not, and since when that is so. */
  readonly abandoned: ReadonlyMap<string, { readonly reason: string; readonly at: Instant }>;
}

/** From the log, as it is now. */
export async function madeOffersOf(
  { position, data: { programmeId, round } }: RoundAdopted,
  store: EventStore,
  codec: EventCodec,
): Promise<MadeOffers> {
  const offered = new Set<string>();
  const abandoned = new Map<string, { readonly reason: string; readonly at: Instant }>();
  const types = [allocationOffered.type, offerAbandoned.type];
  for await (const page of store.readAll({ after: position, filter: { types } })) {
    for (const stored of page) {
      const event = codec.decode(stored) as RecordedEvent<AllocationEvent>;
      if (event.type !== 'AllocationOffered' && event.type !== 'OfferAbandoned') continue;
      const part = partOfRound(event.data.reservationId);
      if (event.data.programmeId !== programmeId || part?.round !== round) continue;
      if (event.type === 'AllocationOffered') offered.add(part.urn);
      else abandoned.set(part.urn, { reason: event.data.reason, at: event.metadata.occurredAt });
    }
  }
  return { offered, abandoned };
}

export function isMade({ urn }: Pick<RoundLine, 'urn'>, { offered, abandoned }: MadeOffers): boolean {
  return offered.has(urn) || abandoned.has(urn);
}
