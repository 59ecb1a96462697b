import {
  ENDED_IN_WORDS,
  isEnded,
  missingChecks,
  participation,
  programme,
  standstillAt,
  termsOn,
  trancheScheduleOn,
  type ParticipationState,
} from '#domain/programme';
import { setting } from '#domain/settings';
import { dateInLondon, factOf, participationId, type Instant } from '#kernel';
import { Decisions } from '#platform/event-store';
import { Injectable } from '@nestjs/common';
import type { OfferAllocationCommand } from '../offers.js';
import type { ParticipationFact } from '../participation-standing.js';

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
    dueDiligenceAt: part.dueDiligence?.fact.occurredAt,
    fraudRiskAt: part.fraudRisk?.fact.occurredAt,
  };
}

/** Looks up, in the streams that say so, everything an offer rests on. */
@Injectable()
export class OfferFactsReader {
  constructor(private readonly decisions: Decisions) {}

  /** @param at when the offer happens: one that is told late rests on the figure of its day */
  async read(programmeId: string, urn: string, at: Instant): Promise<OfferFacts> {
    const [programmes, participations, settings] = await Promise.all([
      this.decisions.load(programme, programmeId),
      this.decisions.load(participation, participationId(programmeId, urn)),
      this.decisions.load(setting, urn),
    ]);
    const created = programmes.state.status === 'none' ? undefined : programmes.state;
    const day = dateInLondon(at);
    const inForce = created && termsOn(created, day);
    const figures = settings.history.filter((event) => event.type === 'WorkforceFigureRecorded');
    const figure = figures.findLast((event) => event.metadata.occurredAt <= at) ?? figures.at(-1);
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
            },
      participation: participationFact(participations.state),
      figure:
        figure === undefined
          ? null
          : { ...factOf(figure), fte: figure.data.fte, suppressedAs: figure.data.suppressedAs },
    };
  }
}
