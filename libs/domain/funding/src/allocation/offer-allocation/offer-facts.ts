import {
  ENDED_IN_WORDS,
  enrolledInPlaceOf,
  failedChecks,
  fundingRulesOn,
  isEnded,
  missingChecks,
  participation,
  programme,
  standstillAt,
  termsOn,
  trancheScheduleOn,
  type ParticipationState,
} from '#domain/programme';
import { setting, type CurrentFigure } from '#domain/settings';
import { dateInLondon, participationId, type EventReference, type Fact, type Instant } from '#kernel';
import { Decisions } from '#platform/event-store';
import { Injectable } from '@nestjs/common';
import { costPence, type AllocationState } from '../allocation-state.js';
import { allocation } from '../allocation.js';
import type { OfferCarriedOverCommand } from '../carried-over.js';
import type { OfferAllocationCommand } from '../offers.js';
import type { FundedBefore, ParticipationFact } from '../participation-standing.js';
import { figureOn, figureOfSameCensus } from './figures-of-census.js';

export type OfferFacts = Omit<OfferAllocationCommand['data'], 'reservation'>;

/** What a setting's part in the programme says about offering it money; `null` if it was never enrolled. */
export function participationFact(part: ParticipationState): ParticipationFact | null {
  if (!('enrolment' in part)) return null;
  return {
    ...part.enrolment,
    settingName: part.settingName,
    ended: isEnded(part) ? ENDED_IN_WORDS[part.status] : null,
    undecided: part.undecided.length > 0,
    missingChecks: missingChecks(part),
    failedChecks: failedChecks(part),
    dueDiligenceAt: part.dueDiligence?.fact.occurredAt,
    fraudRiskAt: part.fraudRisk?.fact.occurredAt,
    decidedAt: part.continuity?.fact.occurredAt,
    endedAt: isEnded(part) ? part.ending.occurredAt : undefined,
  };
}

/** What an offer needs whose amount is known already. */
export type PartFacts = Pick<OfferCarriedOverCommand['data'], 'participation' | 'paused' | 'acceptanceDays'>;

/** Looks up, in the streams that say so, everything an offer rests on. */
@Injectable()
export class OfferFactsReader {
  constructor(private readonly decisions: Decisions) {}

  /**
   * @param at when the offer happens: one that is told late rests on the figure of its day
   * @param corrects the figure that may be a mistake: then that of no later census; default: whatever counts
   */
  async read(programmeId: string, urn: string, at: Instant, corrects?: EventReference): Promise<OfferFacts> {
    const [programmes, participations, settings] = await Promise.all([
      this.decisions.load(programme, programmeId),
      this.decisions.load(participation, participationId(programmeId, urn)),
      this.decisions.load(setting, urn),
    ]);
    const created = programmes.state.status === 'none' ? undefined : programmes.state;
    const day = dateInLondon(at);
    const inForce = created && termsOn(created, day);
    const figure =
      corrects === undefined
        ? figureOn(settings.history, at)
        : figureOfSameCensus(settings.history, corrects, at);
    return {
      programmeId,
      urn,
      programme:
        created === undefined || inForce === undefined
          ? null
          : {
              ...{
                ...inForce.setBy,
                policy: inForce.policy,
                tranches: trancheScheduleOn(created, day).tranches,
              },
              paused: standstillAt(created, at) ?? null,
              acceptanceDays: fundingRulesOn(created, day)?.acceptanceDays ?? null,
            },
      participation: participationFact(participations.state),
      fundedBefore: await this.fundedBefore(programmeId, participations.state),
      figure: figure && { ...figureFact(figure), fte: figure.fte, suppressedAs: figure.suppressedAs },
    };
  }

  /** Of a setting's part and its programme, where nothing has to be worked out. */
  async readPart(programmeId: string, urn: string, at: Instant): Promise<PartFacts> {
    const [programmes, participations] = await Promise.all([
      this.decisions.load(programme, programmeId),
      this.decisions.load(participation, participationId(programmeId, urn)),
    ]);
    const created = programmes.state.status === 'none' ? undefined : programmes.state;
    return {
      participation: participationFact(participations.state),
      paused: (created && standstillAt(created, at)) ?? null,
      acceptanceDays: (created && fundingRulesOn(created, dateInLondon(at))?.acceptanceDays) ?? null,
    };
  }

  /** Whoever takes part in its own right, too, is worked out a share of its own. */
  private async fundedBefore(programmeId: string, part: ParticipationState): Promise<FundedBefore | null> {
    const taken = enrolledInPlaceOf(part);
    if (taken === undefined) return null;
    const { state } = await this.decisions.load(allocation, participationId(programmeId, taken.urn));
    return funded(taken, state);
  }
}

function funded(
  { urn, settingName }: { urn: string; settingName: string },
  state: AllocationState,
): FundedBefore | null {
  if (state.status === 'none') return null;
  if (state.status !== 'closed') return { urn, settingName, costPence: null };
  const cost = costPence(state);
  return cost === 0 ? null : { urn, settingName, costPence: cost };
}

function figureFact({ event, occurredAt }: CurrentFigure): Fact {
  return { event, occurredAt };
}
