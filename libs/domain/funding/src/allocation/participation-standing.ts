import { refusePaused, type Pause } from '#domain/programme';
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

export function notEnrolled(programmeId: string, urn: string): Refusal {
  return refusal(
    'ALLOCATION.NOT_ENROLLED',
    'not-found',
    `setting ${urn} is not enrolled in programme ${programmeId}: enrol it first`,
    { programmeId, urn },
  );
}

/**
 * New money needs a part that runs, about which nothing is undecided, and both checks. What was offered before is not
 * touched by any of this.
 */
function refuseStanding(
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

/** Whether anything can be offered in a programme, to this setting: what is offered follows from other facts. */
export function refuseToOffer(
  programmeId: string,
  urn: string,
  participation: ParticipationFact,
  paused: Pause | null | undefined,
): Refusal | undefined {
  const setting = `${participation.settingName} (${urn})`;
  return refusePaused(programmeId, paused) ?? refuseStanding(setting, urn, participation);
}

/** When what an offer rests on happened in the setting's part. */
export function partTimes(participation: ParticipationFact): Record<string, Instant | undefined> {
  return {
    "the setting's enrolment": participation.occurredAt,
    'its due diligence': participation.dueDiligenceAt,
    'the assessment of its fraud risk': participation.fraudRiskAt,
    "the board's decision on its part": participation.decidedAt,
  };
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
