import { formatPence, refusal, type Fact, type Instant, type Pence, type Refusal } from '#kernel';

/** The setting whose part another was enrolled to take over, if it was allocated money for it. */
export interface FundedBefore {
  readonly urn: string;
  readonly settingName: string;
  /** What it came to in the end; `null`: its allocation is not closed. */
  readonly costPence: Pence | null;
}

/** What the setting's part in the programme says about offering it money. */
export type ParticipationFact = Fact & {
  readonly settingName: string;
  /** How its part has ended, in words; `null` while it runs. */
  readonly ended: string | null;
  /** Whether the board has yet to say what becomes of its part. */
  readonly undecided: boolean;
  /** What is missing of the checks before an offer, in words. */
  readonly missingChecks: readonly string[];
  /** Those of them that came out against the setting. */
  readonly failedChecks: readonly string[];
  readonly dueDiligenceAt: Instant | undefined;
  readonly fraudRiskAt: Instant | undefined;
  /** When the board last decided what becomes of its part. */
  readonly decidedAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
};

/**
 * New money needs a part that runs, about which nothing is undecided, and both checks. What was offered before is not
 * touched by any of this.
 */
export function refuseStanding(
  setting: string,
  urn: string,
  { ended, undecided, missingChecks, failedChecks }: ParticipationFact,
): Refusal | undefined {
  if (ended !== null) {
    return refusal(
      'ALLOCATION.PARTICIPATION_ENDED',
      'wrong-state',
      `${setting} ${ended}: nothing is offered to it any more`,
      { urn },
    );
  }
  if (undecided) {
    return refusal(
      'ALLOCATION.CONTINUITY_UNDECIDED',
      'wrong-state',
      `the register says that ${setting} closed or has a successor: nothing is offered until the board has decided on it`,
      { urn },
    );
  }
  if (failedChecks.length > 0) {
    return refusal(
      'ALLOCATION.CHECKS_FAILED',
      'wrong-state',
      `${setting} cannot be offered anything: ${missingChecks.join('; ')}`,
      { urn, failed: [...failedChecks], missing: [...missingChecks] },
    );
  }
  if (missingChecks.length === 0) return undefined;
  return refusal(
    'ALLOCATION.CHECKS_MISSING',
    'wrong-state',
    `${setting} cannot be offered anything: ${missingChecks.join('; ')}`,
    { urn, missing: [...missingChecks] },
  );
}

/** What the setting's part says, on the day, about taking up what was offered to it. */
export interface PartStanding {
  /** How its part has ended, in words; `null` while it runs. */
  readonly ended: string | null;
  /** The version of the grant agreement in force that it has not signed; `null`: there is none, or it has. */
  readonly unsignedVersion: number | null;
  /** The day by which its financial review was due, if that day has passed without one. */
  readonly reviewOverdueSince: string | null;
  /** The version of its action plan in force, and what its actions cost; `null`: none is approved. */
  readonly planned?: { readonly version: number; readonly totalPence: Pence } | null;
}

interface Named {
  readonly settingName: string;
  readonly urn: string;
}

/** A part that has ended takes up nothing any more; what was paid is settled, and the allocation closed. */
export function refuseEnded(
  { settingName, urn }: Named,
  standing: Pick<PartStanding, 'ended'> | null | undefined,
): Refusal | undefined {
  const ended = standing?.ended ?? null;
  if (ended === null) return undefined;
  return refusal(
    'ALLOCATION.PARTICIPATION_ENDED',
    'wrong-state',
    `${settingName} (${urn}) ${ended}: nothing more of its allocation is accepted or paid; settle and close it`,
    { urn },
  );
}

/** Where the programme has a grant agreement in force, accepting the offer rests on its signature. */
export function refuseUnsigned(
  { settingName, urn }: Named,
  standing: PartStanding | null | undefined,
): Refusal | undefined {
  const version = standing?.unsignedVersion ?? null;
  if (version === null) return undefined;
  return refusal(
    'ALLOCATION.AGREEMENT_NOT_SIGNED',
    'wrong-state',
    `${settingName} (${urn}) has not signed version ${version} of the grant agreement, which is in force: sign it, then accept the offer`,
    { urn, version },
  );
}

/** Nothing new is proposed for a setting whose yearly review is late; what was proposed before goes on. */
export function refuseReviewOverdue(
  { settingName, urn }: Named,
  standing: PartStanding | null | undefined,
): Refusal | undefined {
  const since = standing?.reviewOverdueSince ?? null;
  if (since === null) return undefined;
  return refusal(
    'TRANCHE.REVIEW_OVERDUE',
    'wrong-state',
    `the yearly financial review of ${settingName} (${urn}) was due by ${since}: complete it, then propose the tranche`,
    { urn, dueOn: since },
  );
}

/**
 * A plan never costs more than the setting is allocated. One that was approved before the offer, or before the allocation
 * was revised down, may have come to: nothing more is paid towards it until it is varied to what there is.
 */
export function refusePlanOverAllocation(
  { settingName, urn, duePence }: Named & { readonly duePence: Pence },
  standing: PartStanding | null | undefined,
): Refusal | undefined {
  const planned = standing?.planned ?? null;
  if (planned === null || planned.totalPence <= duePence) return undefined;
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

/** A part is funded once: whoever took it over goes on with what was not drawn, and is not worked out a share of its own. */
export function refuseFundedBefore(setting: string, before: FundedBefore | null): Refusal | undefined {
  if (before === null) return undefined;
  const { urn, settingName, costPence } = before;
  const says =
    costPence === null
      ? `has not been closed: close it, and say that what was never drawn goes to the successor`
      : `came to ${formatPence(costPence)}, and what was never drawn was given back`;
  return refusal(
    'ALLOCATION.PART_FUNDED',
    'wrong-state',
    `${setting} took over the part of ${settingName} (${urn}), whose allocation ${says}`,
    { fromUrn: urn, costPence },
  );
}
