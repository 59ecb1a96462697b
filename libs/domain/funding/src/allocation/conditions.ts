import { refusal, type EventReference, type Instant, type Refusal } from '#kernel';

/** What is known of one condition of an allocation. */
export interface ConditionState {
  readonly met: boolean;
  /** The event elsewhere that met it, or undid it: of its stream, the latest that has been heard of. */
  readonly evidence: EventReference;
  /** The event of the allocation's own stream that recorded so. */
  readonly recorded: EventReference;
  /** When it was met or undone. */
  readonly at: Instant;
}

export const AGREEMENT_ACCEPTED = 'agreement-accepted';
export const PLAN_APPROVED = 'plan-approved';
const REPORT_ACCEPTED = /^report-([1-9]\d?)-accepted$/;

/** The report window that a condition `report-<k>-accepted` is about. */
export function reportWindowOfCondition(condition: string): number | undefined {
  const number = REPORT_ACCEPTED.exec(condition)?.[1];
  return number === undefined ? undefined : Number(number);
}

export function reportAccepted(window: number): string {
  return `report-${window}-accepted`;
}

/** `report-1-accepted` → `progress report 1 is accepted`. */
export function conditionInWords(condition: string): string {
  if (condition === AGREEMENT_ACCEPTED) return 'the grant agreement is accepted';
  if (condition === PLAN_APPROVED) return 'the action plan is approved';
  const window = reportWindowOfCondition(condition);
  return window === undefined ? condition : `progress report ${window} is accepted`;
}

/** The same, said of what is not so: `progress report 1 is not accepted`. */
export function unmetInWords(condition: string): string {
  return conditionInWords(condition).replace(' is ', ' is not ');
}

/** A schedule asks for nothing else than an agreement, a plan and reports: a programme with another is refused. */
function codeOf(condition: string): string {
  if (condition === AGREEMENT_ACCEPTED) return 'TRANCHE.AGREEMENT_NOT_ACCEPTED';
  return condition === PLAN_APPROVED ? 'TRANCHE.PLAN_NOT_APPROVED' : 'TRANCHE.REPORT_NOT_ACCEPTED';
}

type Conditions = Readonly<Record<string, ConditionState>>;

export function unmetOf(conditions: Conditions, wanted: readonly string[]): readonly string[] {
  return wanted.filter((condition) => conditions[condition]?.met !== true);
}

/** Refuses by the first condition that is not met, and says all of them. */
export function refuseUnmet(
  number: number,
  conditions: Conditions,
  wanted: readonly string[],
): Refusal | undefined {
  const unmet = unmetOf(conditions, wanted);
  const [first] = unmet;
  if (first === undefined) return undefined;
  return refusal(
    codeOf(first),
    'wrong-state',
    `tranche ${number} waits: ${unmet.map(unmetInWords).join('; ')}`,
    {
      number,
      unmet: [...unmet],
    },
  );
}
