import type { AllocationPolicy, Pause } from '#domain/programme';
import type { CalendarDate, EventReference, Fact, Instant, Pence } from '#kernel';
import type { RoundRate } from '../round/round-rate.js';
import { inTranches, type TrancheTerms } from './allocation-policy.js';
import { allocationOffered } from './allocation.events.js';
import type { ParticipationFact } from './participation-standing.js';

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
