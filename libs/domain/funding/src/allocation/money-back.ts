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
import { receiptReversed, underspendReturned } from './money-back.events.js';
import {
  ofAllocation,
  paidTranche,
  receivedBefore,
  refuseBeyondPaid,
  type SettledTranche,
} from './money-back-rules.js';
import { approveReclaim, proposeReclaim, receiveReclaim, withdrawReclaim } from './reclaims.js';
import { LONGEST_REASON } from './tranche-objections.js';
import { acceptedNow, type Accepted } from './tranche-signatures.js';

// Money that was paid comes back claimed by two people, or returned by the setting of its own accord. Nothing of it lowers
// what was released.

export const LONGEST_REFERENCE = 100;

type OfReclaim = Readonly<{ reclaim: number }>;
type OfPaid = Readonly<{ paid: readonly SettledTranche[] }>;
export type MoneyBackCommand =
  | Command<
      'ProposeReclaim',
      OfPaid & Readonly<{ number: number; amountPence: Pence; reason: string; accounts: Accounts }>
    >
  | Command<'ApproveReclaim', OfReclaim & OfPaid & { readonly accounts: Accounts }>
  | Command<'WithdrawReclaim', OfReclaim & { readonly reason: string }>
  | Command<
      'ReceiveReclaim',
      OfReclaim & OfPaid & { readonly amountPence: Pence; readonly reference: string }
    >
  | Command<
      'ReturnUnderspend',
      OfPaid & Readonly<{ number: number; amountPence: Pence; reference: string; reason: string }>
    >
  | Command<'ReverseReceipt', Readonly<{ receipt: number; reason: string }>>;
export type MoneyBackRequest<T extends MoneyBackCommand['type']> = Extract<MoneyBackCommand, { type: T }>;

const amountPence = Type.Integer({ minimum: 1, maximum: LARGEST_PENCE });
const reason = Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK });
const reference = Type.String({ maxLength: LONGEST_REFERENCE, pattern: NOT_BLANK });
const whole = Type.Integer({ minimum: 1 });
const SHAPES = {
  ProposeReclaim: Type.Object({ amountPence, reason }),
  ApproveReclaim: Type.Object({ reclaim: whole }),
  WithdrawReclaim: Type.Object({ reclaim: whole, reason }),
  ReceiveReclaim: Type.Object({ reclaim: whole, amountPence, reference }),
  ReturnUnderspend: Type.Object({ amountPence, reference, reason }),
  ReverseReceipt: Type.Object({ receipt: whole, reason }),
} as const;

function returnUnderspend(
  { data, at }: MoneyBackRequest<'ReturnUnderspend'>,
  state: Accepted,
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
  state: Accepted,
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
  return (
    refuseBefore(at, { 'the receipt': recorded.occurredAt }) ?? [
      receiptReversed({
        ...ofAllocation(state),
        ...{ receipt, reclaim, number, amountPence: pence, reverses: recorded.event, reason: why },
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
  const accepted = acceptedNow(state);
  if ('refused' in accepted) return accepted;
  switch (command.type) {
    case 'ProposeReclaim':
      return proposeReclaim(command, accepted);
    case 'ApproveReclaim':
      return approveReclaim(command, accepted);
    case 'WithdrawReclaim':
      return withdrawReclaim(command, accepted);
    case 'ReceiveReclaim':
      return receiveReclaim(command, accepted);
    case 'ReturnUnderspend':
      return returnUnderspend(command, accepted);
    case 'ReverseReceipt':
      return reverseReceipt(command, accepted);
    default:
      return command satisfies never;
  }
}
