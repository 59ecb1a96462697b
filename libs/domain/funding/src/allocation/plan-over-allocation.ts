import { formatPence, refusal, type Pence, type Refusal } from '#kernel';

/** The version of an action plan that is in force, and what its actions cost. */
export interface Planned {
  readonly version: number;
  readonly totalPence: Pence;
}

/**
 * A plan never costs more than the setting is allocated. One that was approved before the offer, or before the allocation
 * was revised down, may have come to: nothing more is paid towards it until it is varied to what there is.
 */
export function refusePlanOverAllocation(
  {
    settingName,
    urn,
    duePence,
  }: { readonly settingName: string; readonly urn: string; readonly duePence: Pence },
  planned: Planned | null | undefined,
): Refusal | undefined {
  if (planned === null || planned === undefined || planned.totalPence <= duePence) return undefined;
  const { version, totalPence } = planned;
  const overPence = totalPence - duePence;
  return refusal(
    'TRANCHE.PLAN_OVER_ALLOCATION',
    'wrong-state',
    `version ${version} of the action plan of ${settingName} (${urn}) costs ${formatPence(totalPence)}, and ${formatPence(duePence)} is allocated: ` +
      `its setting varies it by ${formatPence(overPence)}, and once that is approved the tranche goes on`,
    { urn, version, totalPence, amountPence: duePence, overPence },
  );
}
