import type { CreateProgrammeInput } from '#domain/programme';
import type { DemoCalendar } from './calendar.js';
import { rateThatFits, type Bounds } from './rate.js';

export const PROGRAMME_ID = 'workforce-development';

const BOUNDS: Bounds = { budgetPence: 120_000_000, floorPence: 1_000_000, capPence: 5_000_000 };

/** How many settings the budget reaches when each gets no more than the floor. */
export const MOST_SETTINGS = Math.floor(BOUNDS.budgetPence / BOUNDS.floorPence);

/** The Ipswich programme's terms, at the highest rate at which all these settings' allocations fit its budget. */
export function programmeFor(
  area: string,
  calendar: DemoCalendar,
  ftes: readonly string[],
): CreateProgrammeInput & { readonly id: string } {
  const { budgetPence, floorPence, capPence } = BOUNDS;
  return {
    id: PROGRAMME_ID,
    name: `${area} Workforce Development Programme`,
    area,
    startsOn: calendar.startsOn,
    endsOn: calendar.endsOn,
    budgetPence,
    policy: { ratePencePerFte: rateThatFits(ftes, BOUNDS), floorPence, capPence },
    tranches: [
      { number: 1, shareBasisPoints: 4000, conditions: ['agreement-accepted', 'plan-approved'] },
      { number: 2, shareBasisPoints: 3000, conditions: ['report-1-accepted'] },
      { number: 3, shareBasisPoints: 3000, conditions: ['report-2-accepted'] },
    ],
    reportWindows: calendar.windows.map((window) => ({ ...window })),
  };
}
