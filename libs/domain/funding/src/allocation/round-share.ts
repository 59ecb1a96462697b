import type { AllocationPolicy, Pause } from '#domain/programme';
import { isSameFte } from '#domain/settings';
import {
  formatPence,
  refusal,
  type CalendarDate,
  type EventReference,
  type Fact,
  type Instant,
  type Pence,
  type Refusal,
} from '#kernel';
import type { RoundRate } from '../round/round-rate.js';
import { inTranches, type TrancheTerms } from './allocation-policy.js';
import { allocationOffered } from './allocation.events.js';
import type { ParticipationFact } from './participation-standing.js';

/** How many teachers count for a setting now, by the census that the round took or in its place; `fte` is `null` where that is not known. `null`: nothing says so. */
export type FigureNow = (Fact & { readonly fte: string | null }) | null;

/** What an adopted round gives one setting. The round worked it out, and the fund has set the money aside. */
export interface RoundShare {
  readonly programmeId: string;
  readonly urn: string;
  /** The setting's part as it is now; `null`: it is not enrolled any more. */
  readonly participation: ParticipationFact | null;
  /** The programme's pause, if there is one now. */
  readonly paused: Pause | null;
  /** For how many days its offer can be accepted; `null`: until it is answered. */
  readonly acceptanceDays: number | null;
  /** When the offer is made, from which these days count: it may be told as of an earlier day, from which nobody knew of it. */
  readonly madeAt: Instant;
  readonly fte: string;
  readonly figure: EventReference;
  readonly figureNow: FigureNow;
  readonly policy: AllocationPolicy;
  readonly programme: EventReference;
  readonly schedule: readonly TrancheTerms[];
  readonly unclampedPence: Pence;
  readonly remainderPence: 0 | 1;
  readonly amountPence: Pence;
  readonly round: {
    readonly number: number;
    readonly hash: string;
    readonly adoption: Fact;
    readonly rate: RoundRate | null;
  };
}

/** Whether what a share was worked out by was corrected since: to another number, or to one that is not known. */
export function isCorrected({ figure, fte }: Pick<RoundShare, 'figure' | 'fte'>, now: FigureNow): boolean {
  if (now === null) return true;
  return now.event.eventId !== figure.eventId && !isSameFte(now.fte, fte);
}

/** Of a mistaken amount no offer is made: it waits, and its money with it, until it can be revised at once. */
export function refuseCorrected(share: RoundShare): Refusal | undefined {
  const { urn, participation, fte, figureNow, amountPence, round } = share;
  if (!isCorrected(share, figureNow)) return undefined;
  const fteNow = figureNow?.fte ?? null;
  const [pounds, whom] = [formatPence(amountPence), `${participation?.settingName ?? urn} (${urn})`];
  const message =
    fteNow === null
      ? `round ${round.number} set ${pounds} aside for ${whom} by ${fte} teachers, and how many it has is not known any more: its share waits until that is entered and verified`
      : `round ${round.number} set ${pounds} aside for ${whom} by ${fte} teachers, corrected to ${fteNow} since: its share is offered with its revision, and not before`;
  return refusal('ALLOCATION.FIGURE_CORRECTED', 'wrong-state', message, {
    ...{ urn, round: round.number, amountPence, fte, fteNow },
  });
}

export function shareOffered(
  share: RoundShare,
  reservationId: string,
  acceptBy: CalendarDate | null,
): ReturnType<typeof allocationOffered> {
  const { programmeId, urn, participation, fte, figure, policy, programme, schedule, round } = share;
  const { unclampedPence, remainderPence, amountPence } = share;
  const { number, hash, adoption, rate } = round;
  return allocationOffered({
    ...{ programmeId, urn, settingName: participation?.settingName ?? urn, reservationId, fte, figure },
    ...{ policy, programme, unclampedPence, remainderPence, amountPence, acceptBy },
    tranches: inTranches(amountPence, schedule),
    carriedOver: null,
    round: { number, hash, adoption: adoption.event, rate },
  });
}
