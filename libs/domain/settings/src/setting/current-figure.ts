import { factOf, type EventOf, type Fact, type RecordedEvent } from '#kernel';
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
};

export type FigureEvent = RecordedEvent<
  EventOf<typeof workforceFigureRecorded> | EventOf<typeof workforceFigureVerified>
>;

/**
 * The newest counts; but a census that says once more what two people have put aside on evidence, be it another number or
 * that the number is withheld, takes nothing from what they verified.
 */
export function afterFigure(before: CurrentFigure | null, event: FigureEvent): CurrentFigure {
  if (event.type === 'WorkforceFigureVerified') {
    const inPlaceOf = (before?.source === null ? before.inPlaceOf : before?.fte) ?? null;
    return { ...factOf(event), fte: event.data.fte, suppressedAs: null, source: null, inPlaceOf };
  }
  const { fte, suppressedAs, source } = event.data;
  if (before !== null && before.source === null && isSameFte(fte, before.inPlaceOf)) return before;
  return { ...factOf(event), fte, suppressedAs, source, inPlaceOf: null };
}
