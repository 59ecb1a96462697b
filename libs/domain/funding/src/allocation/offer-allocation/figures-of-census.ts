import {
  afterFigure,
  isLaterYear,
  setting,
  type CurrentFigure,
  type FigureEvent,
  type SettingEvent,
} from '#domain/settings';
import type { EventReference, Instant, RecordedEvent } from '#kernel';
import type { Decisions } from '#platform/event-store';
import type { AllocationState, Offered } from '../allocation-state.js';
import type { RevisionRule } from '../revisions.js';

// What was worked out by the census of one year is corrected by that census, or by what two people verified in its place; that of a
// later year says something new, and corrects nothing.

/** How many teachers the setting has, as far as money may rest on it; `undefined`: not known. */
export interface KnownFigure {
  readonly fte: string;
  readonly occurredAt: Instant;
}

type History = readonly RecordedEvent<SettingEvent>[];

/** An offer that is told late rests on the figure of its day; where there was none yet, on the newest. */
export function figureOn(history: History, at: Instant): CurrentFigure | null {
  return countsOn(figuresIn(history), at);
}

/** What counts on a day if no census were read that is later than the one of a figure; whatever counts, where its year is not known. */
export function figureOfSameCensus(
  history: History,
  figure: EventReference,
  at: Instant,
): CurrentFigure | null {
  const figures = figuresIn(history);
  const years = yearsOf(figures);
  const year = years.get(figure.eventId) ?? null;
  return countsOn(
    figures.filter(({ id }) => !isLaterYear(years.get(id) ?? null, year)),
    at,
  );
}

/**
 * The figure that a revision corrects. By the policy of the day the figure is that of the day as well, of whatever census; by the rule
 * that the amount was worked out by, that of a later census corrects nothing.
 */
export function figureCorrected(state: AllocationState, rule: RevisionRule): EventReference | undefined {
  return state.status === 'none' || rule === 'in-force' ? undefined : state.terms.figure;
}

/** The same, as far as money may rest on it, from the setting's stream; `undefined`: it is not known. */
export async function knownOfSameCensus(
  decisions: Decisions,
  { urn, terms }: Pick<Offered, 'urn' | 'terms'>,
): Promise<KnownFigure | undefined> {
  const { history } = await decisions.load(setting, urn);
  const { fte = null, occurredAt } = figureOfSameCensus(history, terms.figure, decisions.now()) ?? {};
  return fte === null || occurredAt === undefined ? undefined : { fte, occurredAt };
}

function figuresIn(history: History): readonly FigureEvent[] {
  return history.filter(
    (event): event is FigureEvent =>
      event.type === 'WorkforceFigureRecorded' || event.type === 'WorkforceFigureVerified',
  );
}

/** Of each figure the year of its census, or of that in whose place it was verified, by its event. */
function yearsOf(figures: readonly FigureEvent[]): ReadonlyMap<string, string | null> {
  const years = new Map<string, string | null>();
  let counts: CurrentFigure | null = null;
  for (const event of figures) {
    counts = afterFigure(counts, event);
    years.set(event.id, event.type === 'WorkforceFigureRecorded' ? event.data.censusYear : counts.censusYear);
  }
  return years;
}

function countsOn(figures: readonly FigureEvent[], at: Instant): CurrentFigure | null {
  const fold = (some: readonly FigureEvent[]) => some.reduce<CurrentFigure | null>(afterFigure, null);
  return fold(figures.filter(({ metadata }) => metadata.occurredAt <= at)) ?? fold(figures);
}
