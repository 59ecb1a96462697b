import {
  formatPence,
  LARGEST_PENCE,
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  type Command,
  type Decision,
  type Instant,
  type Pence,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Type } from 'typebox';
import { fundBudgetLowered, fundBudgetRaised, type FundEvent } from './fund.events.js';

export const LONGEST_BUDGET_REASON = 1000;

type BudgetChange = Readonly<{
  /** The whole budget from then on, not the difference: the same command twice changes nothing. */
  budgetPence: Pence;
  reason: string;
}>;
export type RaiseFundBudgetCommand = Command<'RaiseFundBudget', BudgetChange>;
export type LowerFundBudgetCommand = Command<'LowerFundBudget', BudgetChange>;
export type FundBudgetCommand = RaiseFundBudgetCommand | LowerFundBudgetCommand;

/** What a change of the budget looks at in the fund. */
export interface BudgetState {
  readonly programmeId: string;
  readonly budgetPence: Pence;
  readonly confirmedPence: Pence;
  readonly reservedPence: Pence;
  readonly openedAt: Instant;
  readonly lastFreedAt?: Instant;
  readonly budgetChangedAt?: Instant;
  readonly budgetRaisedAt?: Instant;
}

const Change = Type.Object(
  {
    budgetPence: Type.Integer({ minimum: 0, maximum: LARGEST_PENCE }),
    reason: Type.String({ maxLength: LONGEST_BUDGET_REASON, pattern: NOT_BLANK }),
  },
  { additionalProperties: false },
);

function malformed(change: BudgetChange): Refusal | undefined {
  return refuseShape('FUND.BUDGET_MALFORMED', Change, change);
}

function changeOf(state: BudgetState, { budgetPence, reason }: BudgetChange) {
  const { programmeId, budgetPence: fromPence } = state;
  return { programmeId, fromPence, budgetPence, reason: reason.trim() };
}

/** Budgets follow one another in the order they were decided, so that on every date there was one. */
function refuseBeforeLast(at: Instant, state: BudgetState): Refusal | undefined {
  return refuseBefore(at, {
    'the opening of the fund': state.openedAt,
    'the last change of the budget': state.budgetChangedAt,
  });
}

export function raiseBudget({ data, at }: RaiseFundBudgetCommand, state: BudgetState): Decision<FundEvent> {
  const broken = malformed(data);
  if (broken !== undefined) return broken;
  if (data.budgetPence === state.budgetPence) return [];
  if (data.budgetPence < state.budgetPence) {
    return refusal(
      'FUND.BUDGET_NOT_RAISED',
      'invalid',
      `budgetPence ${formatPence(data.budgetPence)} is below the budget of ${state.programmeId}, ${formatPence(state.budgetPence)}: to lower it, ask for that`,
      { field: 'budgetPence', budgetPence: state.budgetPence, askedPence: data.budgetPence },
    );
  }
  return refuseBeforeLast(at, state) ?? [fundBudgetRaised(changeOf(state, data))];
}

export function lowerBudget({ data, at }: LowerFundBudgetCommand, state: BudgetState): Decision<FundEvent> {
  const broken = malformed(data);
  if (broken !== undefined) return broken;
  if (data.budgetPence === state.budgetPence) return [];
  if (data.budgetPence > state.budgetPence) {
    return refusal(
      'FUND.BUDGET_NOT_LOWERED',
      'invalid',
      `budgetPence ${formatPence(data.budgetPence)} is above the budget of ${state.programmeId}, ${formatPence(state.budgetPence)}: to raise it, ask for that`,
      { field: 'budgetPence', budgetPence: state.budgetPence, askedPence: data.budgetPence },
    );
  }
  const { confirmedPence, reservedPence } = state;
  const committedPence = confirmedPence + reservedPence;
  if (data.budgetPence < committedPence) {
    return refusal(
      'FUND.BUDGET_COMMITTED',
      'wrong-state',
      `the budget of ${state.programmeId} cannot be lowered to ${formatPence(data.budgetPence)}: ${formatPence(committedPence)} is committed, ${formatPence(confirmedPence)} of it accepted and ${formatPence(reservedPence)} reserved for offers`,
      { field: 'budgetPence', committedPence, confirmedPence, reservedPence, askedPence: data.budgetPence },
    );
  }
  return (
    refuseBeforeLast(at, state) ??
    // Until it came back it was committed: on no date was more committed than there was.
    refuseBefore(at, { 'the last return of money to the fund': state.lastFreedAt }) ?? [
      fundBudgetLowered(changeOf(state, data)),
    ]
  );
}

export function withBudget<S extends BudgetState>(
  state: S,
  { type, data, metadata }: RecordedEvent<Extract<FundEvent, { type: `FundBudget${string}` }>>,
): S {
  const at = metadata.occurredAt;
  const changed = { budgetPence: data.budgetPence, budgetChangedAt: at };
  return { ...state, ...changed, ...(type === 'FundBudgetRaised' && { budgetRaisedAt: at }) };
}
