import {
  LARGEST_PENCE,
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  type Command,
  type Decision,
  type Pence,
} from '#kernel';
import { Type } from 'typebox';
import type { Accounts } from './accounted.js';
import type { AllocationState } from './allocation-state.js';
import type { AllocationEvent } from './allocation.events.js';
import { afterClosing, refuseAfterClosing, refuseUnkept } from './closed-anew.js';
import { receiptReversed, underspendReturned, WITHDRAWN_AS, type WithdrawnAs } from './money-back.events.js';
import {
  ofAllocation,
  paidTranche,
  receivedBefore,
  refuseBeyondPaid,
  type Drawn,
  type SettledTranche,
} from './money-back-rules.js';
import { approveReclaim, proposeReclaim, receiveReclaim, withdrawReclaim } from './reclaims.js';
import { LONGEST_REASON } from './tranche-objections.js';
import { acceptedNow } from './tranche-signatures.js';

// Money that was paid comes back claimed by two people, or returned by the setting of its own accord. Nothing of it lowers
// what was released.

export const LONGEST_REFERENCE = 100;

type OfReclaim = Readonly<{ reclaim: number }>;
type OfPaid = Readonly<{ paid: readonly SettledTranche[] }>;
type OfAccounts = OfPaid & { readonly accounts: Accounts };
export type MoneyBackCommand =
  | Command<'ProposeReclaim', OfAccounts & Readonly<{ number: number; amountPence: Pence; reason: string }>>
  | Command<'ApproveReclaim', OfReclaim & OfAccounts>
  | Command<'WithdrawReclaim', OfReclaim & { readonly outcome: WithdrawnAs; readonly reason: string }>
  | Command<
      'ReceiveReclaim',
      OfReclaim & OfPaid & { readonly amountPence: Pence; readonly reference: string }
    >
  | Command<
      'ReturnUnderspend',
      OfAccounts & Readonly<{ number: number; amountPence: Pence; reference: string; reason: string }>
    >
  | Command<
      'ReverseReceipt',
      Readonly<{
        receipt: number;
        reason: string;
        /** `null`: the allocation is not closed. */
        reversalId: string | null;
        /** What the fund keeps for a closed allocation; 0 for another. */
        keptPence: Pence;
      }>
    >;
export type MoneyBackRequest<T extends MoneyBackCommand['type']> = Extract<MoneyBackCommand, { type: T }>;

const amountPence = Type.Integer({ minimum: 1, maximum: LARGEST_PENCE });
const reason = Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK });
const reference = Type.String({ maxLength: LONGEST_REFERENCE, pattern: NOT_BLANK });
const whole = Type.Integer({ minimum: 1 });
const SHAPES = {
  ProposeReclaim: Type.Object({ amountPence, reason }),
  ApproveReclaim: Type.Object({ reclaim: whole }),
  WithdrawReclaim: Type.Object({ reclaim: whole, outcome: Type.Enum([...WITHDRAWN_AS]), reason }),
  ReceiveReclaim: Type.Object({ reclaim: whole, amountPence, reference }),
  ReturnUnderspend: Type.Object({ amountPence, reference, reason }),
  ReverseReceipt: Type.Object({ receipt: whole, reason }),
} as const;

function returnUnderspend(
  { data, at }: MoneyBackRequest<'ReturnUnderspend'>,
  state: Drawn,
): Decision<AllocationEvent> {
  const { number, amountPence: pence } = data;
  const by = data.reference.trim();
  const before = receivedBefore(state, { number, amountPence: pence, reclaim: null, reference: by });
  if (before !== undefined) return before;
  const of = paidTranche(state, number, data.paid);
  if ('refused' in of) return of;
  return (
    refuseBeyondPaid(state, of.tranche, pence) ??
    refuseBefore(at, { 'the payment of the tranche': of.settled.occurredAt }) ?? [
      underspendReturned({
        ...ofAllocation(state),
        ...{ receipt: state.moneyBack.receipts.length + 1, number, amountPence: pence },
        ...{ reference: by, reason: data.reason.trim() },
      }),
    ]
  );
}

function reverseReceipt(
  { data, by, at }: MoneyBackRequest<'ReverseReceipt'>,
  state: Drawn,
): Decision<AllocationEvent> {
  const found = state.moneyBack.receipts.find(({ receipt }) => receipt === data.receipt);
  const why = data.reason.trim();
  if (found === undefined) {
    return refusal(
      'RECEIPT.UNKNOWN',
      'not-found',
      `there is no receipt ${data.receipt} of ${state.settingName} (${state.urn}): it has ${state.moneyBack.receipts.length}`,
      { receipt: data.receipt, urn: state.urn },
    );
  }
  const { receipt, number, reclaim, amountPence: pence, recorded, reversed } = found;
  if (reversed !== null) {
    if (reversed.reason === why && samePerson(reversed.by, by)) return [];
    return refusal(
      'RECEIPT.REVERSED',
      'wrong-state',
      `receipt ${receipt} was reversed by ${reversed.by.subject} already: ${reversed.reason}`,
      { receipt, by: reversed.by.subject },
    );
  }
  const unkept = state.status === 'closed' ? refuseUnkept(data, state, found) : undefined;
  return (
    unkept ??
    refuseBefore(at, { 'the receipt': recorded.occurredAt }) ?? [
      receiptReversed({
        ...ofAllocation(state),
        ...{ receipt, reclaim, number, amountPence: pence, reverses: recorded.event, reason: why },
        reversalId: state.status === 'closed' ? data.reversalId : null,
      }),
    ]
  );
}

export function decideMoneyBack(
  command: MoneyBackCommand,
  state: AllocationState,
): Decision<AllocationEvent> {
  const malformed = refuseShape('RECLAIM.MALFORMED', SHAPES[command.type], command.data);
  if (malformed !== undefined) return malformed;
  if (state.status === 'closed') {
    return (
      refuseAfterClosing(command, state) ?? afterClosing(decideOfDrawn(command, state), state, command.at)
    );
  }
  const accepted = acceptedNow(state);
  return 'refused' in accepted ? accepted : decideOfDrawn(command, accepted);
}

function decideOfDrawn(command: MoneyBackCommand, state: Drawn): Decision<AllocationEvent> {
  switch (command.type) {
    case 'ProposeReclaim':
      return proposeReclaim(command, state);
    case 'ApproveReclaim':
      return approveReclaim(command, state);
    case 'WithdrawReclaim':
      return withdrawReclaim(command, state);
    case 'ReceiveReclaim':
      return receiveReclaim(command, state);
    case 'ReturnUnderspend':
      return returnUnderspend(command, state);
    case 'ReverseReceipt':
      return reverseReceipt(command, state);
    default:
      return command satisfies never;
  }
}
