import { dateInLondon, type CalendarDate, type Instant, type Pence } from '#kernel';
import type { WithdrawnShown } from './versions-shown.js';
import type { ProgrammeDocument } from './programmes.projection.js';

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
  }>;

interface FromDay {
  readonly effectiveOn: string;
  readonly withdrawn: WithdrawnShown | null;
}

/** Of two for one day the newer holds. */
function inForceOn<V extends FromDay>(versions: readonly V[], day: CalendarDate): V | undefined {
  return versions.findLast(({ effectiveOn, withdrawn }) => withdrawn === null && effectiveOn <= day);
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
  };
}
