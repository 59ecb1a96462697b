import {
  enrolledInPlaceOf,
  isEnded,
  participation,
  participationEvents,
  type ParticipationState,
} from '#domain/programme';
import {
  afterFigure,
  workforceFigureRecorded,
  workforceFigureVerified,
  type CurrentFigure,
} from '#domain/settings';
import { type EventDefinition, type EventOf, type Fact, type Instant, type RecordedEvent } from '#kernel';
import { allocationOffered, offerDeclined, offerLapsed } from '../allocation/allocation.events.js';
import type { LEFT_OUT_BECAUSE } from '../fund/fund.events.js';

/** A setting that a round looks at: enrolled, and without an allocation, of its own or of whose part it took over. */
export interface RoundSetting {
  readonly urn: string;
  readonly name: string;
  readonly participation: Fact;
  /** What counts; `fte` is `null` where the census withheld it. `null`: there is none. */
  readonly figure: RoundFigure | null;
}

export type RoundFigure = CurrentFigure & {
  /** From which it was entered and verified; `null`: the census says it, where `source` is. */
  readonly document: EventOf<typeof workforceFigureVerified>['data']['document'] | null;
};

/** Which events were looked at: named by the last of them and by how many they were. */
export interface RoundCut {
  readonly eventId: string;
  readonly count: number;
}

/** A setting that a round would look at, were it not for this. */
export interface LeftOut {
  readonly urn: string;
  readonly because: (typeof LEFT_OUT_BECAUSE)[number];
}

export interface RoundInputs {
  readonly programmeId: string;
  /** By URN. */
  readonly settings: readonly RoundSetting[];
  /** By URN. */
  readonly leftOut: readonly LeftOut[];
  /** `null`: there was no event to look at. */
  readonly cut: RoundCut | null;
  /** When the newest fact about one of the settings happened. */
  readonly latestFact: Instant | undefined;
}

/** The events that say who takes part in a round, and with how many teachers. */
const looksAt = [
  ...participationEvents,
  workforceFigureRecorded,
  workforceFigureVerified,
  allocationOffered,
  offerDeclined,
  offerLapsed,
] as const;
export type RoundInputEvent = RecordedEvent<EventOf<(typeof looksAt)[number]>>;
export const ROUND_INPUT_TYPES: readonly string[] = looksAt.map(({ type }: EventDefinition) => type);

/** Gathers what a round rests on; events come in log order. */
export class RoundInputsFold {
  private readonly parts = new Map<string, ParticipationState>();
  private readonly allocated = new Set<string>();
  private readonly figures = new Map<string, RoundFigure>();
  private cut: RoundCut | null = null;

  constructor(private readonly programmeId: string) {}

  apply(event: RoundInputEvent): void {
    this.cut = { eventId: event.id, count: (this.cut?.count ?? 0) + 1 };
    if (event.type === 'WorkforceFigureRecorded' || event.type === 'WorkforceFigureVerified') {
      const { urn } = event.data;
      const before = this.figures.get(urn) ?? null;
      const figure = afterFigure(before, event);
      const document = event.type === 'WorkforceFigureVerified' ? event.data.document : null;
      if (figure !== before) this.figures.set(urn, { ...figure, document });
      return;
    }
    const { programmeId, urn } = event.data;
    if (programmeId !== this.programmeId) return;
    if (event.type === 'AllocationOffered') {
      this.allocated.add(urn);
      return;
    }
    if (event.type === 'OfferDeclined' || event.type === 'OfferLapsed') {
      this.allocated.delete(urn);
      return;
    }
    this.parts.set(urn, participation.evolve(this.parts.get(urn) ?? participation.initial, event));
  }

  /** @param leftOut who is, of those that take part without an allocation; of a round that was adopted, as it says */
  result(leftOut: (urn: string, part: ParticipationState) => LeftOut['because'] | undefined): RoundInputs {
    const out: LeftOut[] = [];
    const settings = [...this.parts]
      .filter(([urn]) => !this.allocated.has(urn))
      .flatMap(([urn, part]) => {
        const setting = this.takingPart(urn, part);
        const because = setting && leftOut(urn, part);
        if (because !== undefined) out.push({ urn, because });
        return setting === undefined || because !== undefined ? [] : [setting];
      })
      .sort(byUrn);
    let latestFact: Instant | undefined;
    for (const { participation: enrolment, figure } of settings) {
      for (const { occurredAt } of figure === null ? [enrolment] : [enrolment, figure]) {
        if (latestFact === undefined || occurredAt > latestFact) latestFact = occurredAt;
      }
    }
    const { programmeId, cut } = this;
    return { programmeId, settings, leftOut: out.sort(byUrn), cut, latestFact };
  }

  /** Those that are enrolled, and whose part has not ended. */
  private takingPart(urn: string, part: ParticipationState): RoundSetting | undefined {
    if (!('enrolment' in part) || isEnded(part)) return undefined;
    // A part is funded once: its money is what was not drawn by whose part it was.
    const before = enrolledInPlaceOf(part);
    if (before !== undefined && this.allocated.has(before.urn)) return undefined;
    const { enrolment, settingName: name } = part;
    return { urn, name, participation: enrolment, figure: this.figures.get(urn) ?? null };
  }
}

function byUrn(a: { readonly urn: string }, b: { readonly urn: string }): number {
  return a.urn.length - b.urn.length || (a.urn < b.urn ? -1 : 1);
}
