import {
  academicYearOf,
  factOf,
  parseDate,
  startOfDay,
  type EventOf,
  type Fact,
  type RecordedEvent,
} from '#kernel';
import { isSameFte } from './fte.js';
import type { Source, workforceFigureRecorded, workforceFigureVerified } from './setting.events.js';

/** How many teachers a setting has, as far as money may rest on it. */
export type CurrentFigure = Fact & {
  /** An exact decimal; `null`: not known. */
  readonly fte: string | null;
  readonly suppressedAs: string | null;
  /** Where the census says so; `null`: it was entered from other evidence and verified. */
  readonly source: Source | null;
  /** Of a verified one, what the census had in whose place it stands; `null`: nothing that is known. */
  readonly inPlaceOf: string | null;
  /** The academic year that it counts the teachers of, such as `2023/24`; `null`: nobody says. */
  readonly censusYear: string | null;
};

export type FigureEvent = RecordedEvent<
  EventOf<typeof workforceFigureRecorded> | EventOf<typeof workforceFigureVerified>
>;

/** Whether one year is known to be after another. */
export function isLaterYear(year: string | null, than: string | null): boolean {
  return year !== null && than !== null && year > than;
}

/** A figure that corrects one that is known is of the year of that one, on whatever day its document counts. */
function yearOfVerified(
  before: CurrentFigure | null,
  { data: { countedOn } }: Extract<FigureEvent, { type: 'WorkforceFigureVerified' }>,
): string | null {
  if (before !== null && before.fte !== null) return before.censusYear;
  return academicYearOf(startOfDay(parseDate(countedOn)));
}

/**
 * The newest counts, unless it is of an earlier year than what is known; but a census that says once more what two people have put aside on evidence, be it another number or
 * that the number is withheld, takes nothing from what they verified.
 */
export function afterFigure(before: CurrentFigure | null, event: FigureEvent): CurrentFigure {
  if (event.type === 'WorkforceFigureVerified') {
    const inPlaceOf = (before?.source === null ? before.inPlaceOf : before?.fte) ?? null;
    const censusYear = yearOfVerified(before, event);
    return { ...factOf(event), fte: event.data.fte, suppressedAs: null, source: null, inPlaceOf, censusYear };
  }
  const { fte, suppressedAs, source, censusYear } = event.data;
  if (before !== null && isLaterYear(before.censusYear, censusYear)) return before;
  const again = before?.source === null && isSameFte(fte, before.inPlaceOf);
  if (again && !isLaterYear(censusYear, before.censusYear)) return before;
  return { ...factOf(event), fte, suppressedAs, source, inPlaceOf: null, censusYear };
}
