import {
  formatPence,
  isRefusal,
  participationId,
  refusal,
  RefusalError,
  streamOf,
  systemActor,
  type AnyEvent,
  type Instant,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Injectable } from '@nestjs/common';
import { SHARE_WAITS, shareOfferId, WaitingShares } from '../../round/read-offers/waiting-shares.js';
import type { AllocationState } from '../allocation-state.js';
import { allocation } from '../allocation.js';
import type { OfferRoundShareCommand } from '../offers.js';
import type { RoundShare } from '../round-share.js';

/** A setting's share of a round that waits to be revised. */
export interface ShareToRevise {
  /** The offer as the round makes it. */
  readonly request: Pick<OfferRoundShareCommand, 'type' | 'data'>;
  /** So that it is made once, whoever asks for it. */
  readonly commandId: string;
  /** The allocation as it would be, were it offered. */
  readonly offered: AllocationState;
}

/** Looks for the share that a setting waits for because its figure was corrected: it is offered only to be revised at once. */
@Injectable()
export class SharesToRevise {
  constructor(private readonly shares: WaitingShares) {}

  /**
   * @returns `undefined`: something is offered to the setting, or nothing is set aside for it
   * @throws RefusalError `ALLOCATION.NOT_OFFERED`: it waits for something else, or its offer is made by itself
   */
  async find(
    { programmeId, urn }: { readonly programmeId: string; readonly urn: string },
    state: AllocationState,
    at: Instant,
  ): Promise<ShareToRevise | undefined> {
    const share = await this.shares.of(programmeId, urn, state);
    if (share === undefined) return undefined;
    const by = systemActor('revise-share');
    const decide = (revisedAtOnce: boolean) => {
      const request = { type: 'OfferRoundShare', data: { ...share, revisedAtOnce } } as const;
      return { request, decision: allocation.decide({ ...request, by, at }, state) };
    };
    const { decision: byItself } = decide(false);
    const waits = isRefusal(byItself) ? byItself : undefined;
    if (waits?.code !== 'ALLOCATION.FIGURE_CORRECTED') throw new RefusalError(notYetOffered(share, waits));
    const { request, decision } = decide(true);
    if (isRefusal(decision)) throw new RefusalError(decision);
    const commandId = shareOfferId(share);
    const offered = decision
      .map((event) => asIfRecorded(event, participationId(programmeId, urn), commandId, at))
      .reduce((before, event) => allocation.evolve(before, event), state);
    return { request, commandId, offered };
  }
}

/** @param waits for what, as the decider says it; `undefined`: for nothing */
function notYetOffered(
  { urn, participation, amountPence, round: { number: round } }: RoundShare,
  waits: Refusal | undefined,
): Refusal {
  if (waits !== undefined && !SHARE_WAITS.has(waits.code)) return waits;
  const [pounds, whom] = [formatPence(amountPence), `${participation?.settingName ?? urn} (${urn})`];
  const message =
    waits === undefined
      ? `round ${round} set ${pounds} aside for ${whom}, by the figure as it is; its offer is made by itself within minutes`
      : `round ${round} set ${pounds} aside for ${whom}, and nothing is offered to it yet: ${waits.message}`;
  const details = { urn, round, amountPence, waitsFor: waits?.code ?? null };
  return refusal('ALLOCATION.NOT_OFFERED', 'wrong-state', message, details);
}

/** To see what would follow from an event, before it is written. */
function asIfRecorded<E extends AnyEvent>(
  event: E,
  id: string,
  commandId: string,
  at: Instant,
): RecordedEvent<E> {
  const stream = streamOf(allocation, id);
  const actor = systemActor('revise-share');
  const ids = { commandId, correlationId: commandId, causationId: commandId };
  const metadata = { schemaVersion: 1, occurredAt: at, recordedAt: at, actor, ...ids };
  return { ...event, id: commandId, stream, revision: 0n, position: 0n, metadata } as RecordedEvent<E>;
}
