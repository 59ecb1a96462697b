import {
  failedChecks,
  programme,
  termsOn,
  trancheScheduleOn,
  type PolicyVersion,
  type ScheduleVersion,
} from '#domain/programme';
import { dateInLondon, isRefusal, refusal, RefusalError, type CalendarDate, type Instant } from '#kernel';
import { Decisions, EVENT_STORE, EventCodec, type EventStore } from '#platform/event-store';
import { canonicalHash } from '#platform/evidence';
import { Inject, Injectable } from '@nestjs/common';
import { setImmediate as othersFirst } from 'node:timers/promises';
import type { TrancheTerms } from '../../allocation/allocation-policy.js';
import { availablePence } from '../../fund/fund-state.js';
import { fund } from '../../fund/fund.js';
import { isMade, madeOffersOf, unreconciledRounds, type RoundAdopted } from '../read-offers/made-offers.js';
import {
  ROUND_INPUT_TYPES,
  RoundInputsFold,
  type RoundCut,
  type RoundInputEvent,
  type RoundInputs,
} from '../round-inputs.js';
import { whatRoundRestsOn, workOutRound, type Round, type RoundTerms } from '../round.js';

/** A round with what names it. */
export interface SimulatedRound {
  readonly round: Round;
  /** SHA-256 over the canonical JSON (RFC 8785) of the terms and of each setting's FTE, figure and enrolment. */
  readonly hash: string;
  readonly inputs: RoundInputs & { readonly cut: RoundCut };
  readonly schedule: readonly TrancheTerms[];
  /** The versions it is worked out by now; none of a round that was adopted. */
  readonly inForce: readonly { readonly effectiveOn: CalendarDate }[];
}

/** Small enough that whoever else shares the thread waits a few milliseconds at most. */
const PAGE = 200;

/** Works rounds out from the log itself, not from a read model; nothing is written. */
@Injectable()
export class RoundSimulator {
  constructor(
    private readonly decisions: Decisions,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly codec: EventCodec,
  ) {}

  /**
   * The round as it would be now: for every setting enrolled that has no allocation, nor money set aside in an earlier round.
   * @throws RefusalError `PROGRAMME.NOT_FOUND`, `ROUND.NOBODY`, `ROUND.FTE_UNKNOWN`, `ROUND.FLOOR_NOT_AFFORDED`, `ROUND.NOT_AFFORDED`
   */
  async simulate(programmeId: string): Promise<SimulatedRound> {
    const money = await this.decisions.load(fund, programmeId);
    const [{ policy, schedule, budgetPence }, waiting, fold] = await Promise.all([
      this.termsOf(programmeId, this.decisions.now()),
      this.waiting(unreconciledRounds(money.state, money.history)),
      this.inputs(programmeId),
    ]);
    const open = money.state.status === 'open' ? money.state : undefined;
    const terms: RoundTerms = {
      number: (open?.rounds.length ?? 0) + 1,
      ...{ policy: policy.policy, programme: policy.setBy.event, schedule: schedule.setBy.event },
      // The fund is opened with the programme's budget, if it is not yet.
      availablePence: open === undefined ? budgetPence : availablePence(open),
    };
    const inputs = fold.result((urn, part) => {
      if (waiting.has(urn)) return 'waits-in-a-round';
      return 'enrolment' in part && failedChecks(part).length > 0 ? 'failed-a-check' : undefined;
    });
    return workedOut(terms, inputs, schedule.tranches, [policy, schedule]);
  }

  /**
   * A round that was adopted, again: from the same events, so that it comes to the same.
   * @throws Error it does not: what is stored is not what was adopted
   */
  async again({ data, metadata }: RoundAdopted): Promise<SimulatedRound> {
    const { programmeId, round: number, policy, programme: said, totalPence, leftPence, cut, hash } = data;
    const leftOut = new Map(data.leftOut.map(({ urn, because }) => [urn, because]));
    const [{ schedule }, fold] = await Promise.all([
      this.termsOf(programmeId, metadata.occurredAt),
      this.inputs(programmeId, cut),
    ]);
    const terms = {
      ...{ number, policy, programme: said, schedule: data.schedule },
      availablePence: totalPence + leftPence,
    };
    const inputs = fold.result((urn) => leftOut.get(urn));
    const simulated = workedOut(terms, inputs, schedule.tranches, []);
    if (simulated.hash === hash && simulated.inputs.cut.count === cut.count) return simulated;
    throw new Error(
      `round ${number} of ${programmeId} was adopted with the hash ${hash}, but its events give ${simulated.hash}`,
    );
  }

  /** Who waits, with money set aside, for the offer of a round that is not reconciled. */
  private async waiting(adoptions: readonly RoundAdopted[]): Promise<ReadonlySet<string>> {
    const waiting = new Set<string>();
    for (const adoption of adoptions) {
      const [{ round }, made] = await Promise.all([
        this.again(adoption),
        madeOffersOf(adoption, this.store, this.codec),
      ]);
      for (const line of round.lines) {
        if (line.amountPence > 0 && !isMade(line, made)) waiting.add(line.urn);
      }
    }
    return waiting;
  }

  /** The policy and the tranche schedule of a day: a round's offers take those of its adoption. */
  private async termsOf(
    programmeId: string,
    at: Instant,
  ): Promise<{
    readonly policy: PolicyVersion;
    readonly schedule: ScheduleVersion;
    readonly budgetPence: number;
  }> {
    const { state } = await this.decisions.load(programme, programmeId);
    if (state.status === 'none') {
      throw new RefusalError(
        refusal('PROGRAMME.NOT_FOUND', 'not-found', `there is no programme ${programmeId}`, { programmeId }),
      );
    }
    const day = dateInLondon(at);
    const { budgetPence } = state.terms;
    return { policy: termsOn(state, day), schedule: trancheScheduleOn(state, day), budgetPence };
  }

  /** @param until the last event to look at; without it, all there are when the call is made */
  private async inputs(programmeId: string, until?: RoundCut): Promise<RoundInputsFold> {
    const fold = new RoundInputsFold(programmeId);
    for await (const page of this.store.readAll({ pageSize: PAGE, filter: { types: ROUND_INPUT_TYPES } })) {
      for (const stored of page) {
        fold.apply(this.codec.decode(stored) as RoundInputEvent);
        if (stored.id === until?.eventId) return fold;
      }
      await othersFirst();
    }
    return fold;
  }
}

function workedOut(
  terms: RoundTerms,
  inputs: RoundInputs,
  schedule: readonly TrancheTerms[],
  inForce: SimulatedRound['inForce'],
): SimulatedRound {
  const round = workOutRound(terms, inputs);
  if (isRefusal(round)) throw new RefusalError(round);
  // Somebody takes part, so that there was an event.
  return {
    round,
    hash: canonicalHash(whatRoundRestsOn(round)),
    inputs: { ...inputs, cut: inputs.cut! },
    ...{ schedule, inForce },
  };
}
