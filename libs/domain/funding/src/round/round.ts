import type { AllocationPolicy } from '#domain/programme';
import {
  formatPence,
  isRefusal,
  refusal,
  sumPence,
  type EventReference,
  type JsonObject,
  type Pence,
  type Refusal,
} from '#kernel';
import { dueAtRate, type RatePerFte } from '../allocation/allocation-policy.js';
import type { RoundFigure, RoundInputs, RoundSetting } from './round-inputs.js';
import { roundRate, type RoundRate } from './round-rate.js';
import { named, shareBudget } from './share-of-budget.js';

/** What a round is worked out by, and how much there is. */
export interface RoundTerms {
  /** 1 for the programme's first round. */
  readonly number: number;
  readonly policy: AllocationPolicy;
  /** The event that says the policy. */
  readonly programme: EventReference;
  /** The event that says the tranche schedule; `null`: the round was adopted when that was not kept. */
  readonly schedule: EventReference | null;
  /** What the fund has neither committed nor set aside. */
  readonly availablePence: Pence;
}

/** What one setting gets: `unclampedPence` within floor and cap is `clampedPence`; that and `remainderPence` is `amountPence`. */
export interface RoundLine {
  readonly urn: string;
  readonly name: string;
  readonly fte: string;
  readonly figure: RoundFigure;
  readonly participation: RoundSetting['participation'];
  readonly unclampedPence: Pence;
  readonly clampedPence: Pence;
  readonly remainderPence: 0 | 1;
  readonly amountPence: Pence;
}

export interface Round extends RoundTerms {
  readonly programmeId: string;
  /** What the money came to for a teacher; `null` where the policy says the rate itself. */
  readonly rate: RoundRate | null;
  readonly totalPence: Pence;
  readonly leftPence: Pence;
  /** By URN. */
  readonly lines: readonly RoundLine[];
  /** By URN. */
  readonly leftOut: RoundInputs['leftOut'];
}

type Known = RoundSetting & { readonly figure: RoundFigure & { readonly fte: string } };
type Amounts = Pick<RoundLine, 'urn' | 'unclampedPence' | 'clampedPence' | 'remainderPence' | 'amountPence'>;

/** What every setting would get: pure, so that the same inputs give the same amounts and the same hash for ever. */
export function workOutRound(terms: RoundTerms, inputs: RoundInputs): Round | Refusal {
  const { programmeId, settings, leftOut } = inputs;
  if (settings.length === 0) {
    return refusal(
      'ROUND.NOBODY',
      'wrong-state',
      `every setting enrolled in programme ${programmeId} has an allocation, waits for one in an earlier round or failed a check, or none is enrolled: there is nobody to allocate to`,
      { programmeId },
    );
  }
  const known = settings.filter(hasFte);
  if (known.length < settings.length) return fteUnknown(settings);
  const shared = amountsOf(terms, known);
  if (isRefusal(shared)) return shared;
  const { rate, totalPence, amounts } = shared;
  if (totalPence > terms.availablePence) return notAfforded(terms, totalPence, known);
  const lines = known.map((setting, index): RoundLine => {
    const { name, figure, participation } = setting;
    return { name, fte: figure.fte, figure, participation, ...amounts[index]! };
  });
  const leftPence = terms.availablePence - totalPence;
  return { ...terms, programmeId, rate, totalPence, leftPence, lines, leftOut };
}

function hasFte(setting: RoundSetting): setting is Known {
  return setting.figure !== null && setting.figure.fte !== null;
}

/** What names a round: hashed, it tells whether anything that the amounts follow from has changed. */
export function whatRoundRestsOn({
  number,
  policy,
  programme,
  availablePence,
  programmeId,
  schedule,
  leftOut,
  lines,
}: Round): JsonObject {
  return {
    ...{ programmeId, round: number, policy, programme: programme.eventId, availablePence },
    ...(schedule && { schedule: schedule.eventId }),
    ...(leftOut.length > 0 && { leftOut: leftOut.map(({ urn, because }) => ({ urn, because })) }),
    settings: lines.map(({ urn, fte, figure, participation }) => ({
      ...{ urn, fte, figure: figure.event.eventId, participation: participation.event.eventId },
    })),
  };
}

interface Shared {
  readonly rate: RoundRate | null;
  readonly totalPence: Pence;
  /** In the order of the settings. */
  readonly amounts: readonly Amounts[];
}

function amountsOf({ policy, availablePence }: RoundTerms, settings: readonly Known[]): Shared | Refusal {
  if (policy.kind === 'rate-per-fte') return atItsRate(policy, settings);
  const { floorPence, capPence } = policy;
  const shared = shareBudget(
    { budgetPence: availablePence, floorPence, capPence },
    settings.map(({ urn, figure: { fte } }) => ({ urn, fte })),
  );
  if (isRefusal(shared)) return shared;
  return { rate: roundRate(shared.rate), totalPence: shared.totalPence, amounts: shared.shares };
}

function atItsRate(policy: RatePerFte, settings: readonly Known[]): Shared | Refusal {
  const amounts: Amounts[] = [];
  for (const { urn, figure } of settings) {
    const due = dueAtRate(figure.fte, policy);
    if (isRefusal(due)) return due;
    const { unclampedPence, amountPence } = due;
    amounts.push({ urn, unclampedPence, clampedPence: amountPence, remainderPence: 0, amountPence });
  }
  return { rate: null, totalPence: sumPence(amounts), amounts };
}

function fteUnknown(settings: readonly RoundSetting[]): Refusal {
  const unknown = settings.filter((setting) => !hasFte(setting));
  const why = unknown.map(({ urn, figure }) => {
    if (figure === null) return `${urn} (no figure)`;
    return `${urn} (${figure.suppressedAs === null ? 'not known' : `withheld as '${figure.suppressedAs}'`})`;
  });
  return refusal(
    'ROUND.FTE_UNKNOWN',
    'wrong-state',
    `the number of teachers is not known for ${unknown.length} of ${settings.length} settings, and an unknown figure is not 0: ${named(why)}. Enter each from other evidence and have a second person verify it: it counts once that is done`,
    { urns: unknown.map(({ urn }) => urn) },
  );
}

function notAfforded({ availablePence }: RoundTerms, totalPence: Pence, settings: readonly Known[]): Refusal {
  return refusal(
    'ROUND.NOT_AFFORDED',
    'wrong-state',
    `${settings.length} settings would get ${formatPence(totalPence)} together, and ${formatPence(availablePence)} is available: change the rate, the cap or the budget`,
    { totalPence, availablePence },
  );
}
