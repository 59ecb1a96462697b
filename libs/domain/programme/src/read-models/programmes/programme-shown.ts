import { dateInLondon, type CalendarDate, type Instant, type Pence } from '#kernel';
import { DEFAULT_DAYS, HELD_DESKS, STANDARDS_OF } from '../../programme/service-standards.js';
import type { WithdrawnShown } from './versions-shown.js';
import type { ProgrammeDocument, ServiceStandardsShown } from './programmes.projection.js';

/**
 * A programme at a moment: its budget after whatever it was changed by, and of everything there are versions of, what is
 * in force.
 */
export type ProgrammeShown = ProgrammeDocument &
  Readonly<{
    asOf: Instant;
    /** Who answers for it on the day, by subject id; `null`: nobody is named. */
    seniorOwner: string | null;
    board: readonly string[] | null;
    /** Within how many days each desk does what waits for it on the day: all desks, and the actions that have days of their own. */
    standards: readonly StandardShown[];
  }>;

/** The days of one desk or action, and who set them. */
export interface StandardShown {
  readonly of: string;
  readonly days: number;
  /** A subject id; `default`: nobody has, and these are the product's own. */
  readonly setBy: string;
  /** Since when they are in force; `null` for a default. */
  readonly effectiveOn: string | null;
}

interface FromDay {
  readonly effectiveOn: string;
  readonly withdrawn: WithdrawnShown | null;
}

/** Of two for one day the newer holds. */
function inForceOn<V extends FromDay>(versions: readonly V[], day: CalendarDate): V | undefined {
  return versions.findLast(({ effectiveOn, withdrawn }) => withdrawn === null && effectiveOn <= day);
}

/** @param inForce `undefined`: none are, and the defaults hold */
export function standardsShown(inForce: ServiceStandardsShown | undefined): readonly StandardShown[] {
  const set = new Map(inForce?.standards.map(({ of, days }) => [of, days]));
  const { decidedBy = '', effectiveOn = null } = inForce ?? {};
  const defaults = new Map<string, number>(HELD_DESKS.map((desk) => [desk, DEFAULT_DAYS[desk]]));
  return STANDARDS_OF.flatMap((of): readonly StandardShown[] => {
    const days = set.get(of);
    if (days !== undefined) return [{ of, days, setBy: decidedBy, effectiveOn }];
    const byDefault = defaults.get(of);
    return byDefault === undefined ? [] : [{ of, days: byDefault, setBy: 'default', effectiveOn: null }];
  });
}

/** @param budgetPence `undefined`: as it was set up */
export function programmeShown(
  document: ProgrammeDocument,
  asOf: Instant,
  budgetPence: Pence | undefined,
): ProgrammeShown {
  const day = dateInLondon(asOf);
  const { policyVersions, trancheSchedules, reportWindowVersions, seniorOwners, boards } = document;
  return {
    ...document,
    asOf,
    budgetPence: budgetPence ?? document.budgetPence,
    policy: inForceOn(policyVersions, day)?.policy ?? document.policy,
    tranches: inForceOn(trancheSchedules, day)?.tranches ?? document.tranches,
    reportWindows: inForceOn(reportWindowVersions, day)?.reportWindows ?? document.reportWindows,
    seniorOwner: inForceOn(seniorOwners, day)?.subject ?? null,
    board: inForceOn(boards, day)?.members ?? null,
    standards: standardsShown(inForceOn(document.serviceStandards, day)),
  };
}
