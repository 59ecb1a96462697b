import { refusal, type Fact, type Instant, type Refusal } from '#kernel';

/** What the setting's part in the programme says about offering it money. */
export type ParticipationFact = Fact & {
  readonly settingName: string;
  /** How its part has ended, in words; `null` while it runs. */
  readonly ended: string | null;
  /** Whether the board has yet to say what becomes of its part. */
  readonly undecided: boolean;
  /** What is missing of the checks before an offer, in words. */
  readonly missingChecks: readonly string[];
  readonly dueDiligenceAt: Instant | undefined;
  readonly fraudRiskAt: Instant | undefined;
};

/**
 * New money needs a part that runs, about which nothing is undecided, and both checks. What was offered before is not
 * touched by any of this.
 */
export function refuseStanding(
  setting: string,
  urn: string,
  { ended, undecided, missingChecks }: ParticipationFact,
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
  if (missingChecks.length === 0) return undefined;
  return refusal(
    'ALLOCATION.CHECKS_MISSING',
    'wrong-state',
    `${setting} cannot be offered anything: ${missingChecks.join('; ')}`,
    { urn, missing: [...missingChecks] },
  );
}
