import {
  factOf,
  NOT_BLANK,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  type Actor,
  type Aggregate,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type RecordedEvent,
  type Refusal,
} from '#kernel';
import { Type } from 'typebox';
import {
  payeeDetailsEntered,
  payeeDetailsRejected,
  payeeDetailsVerified,
  payeeEvents,
  type PayeeEvent,
} from './payee.events.js';

/** What was entered last, and what became of it. */
export type PayeeState =
  | { readonly status: 'none' }
  | {
      readonly status: 'entered' | 'verified' | 'rejected';
      readonly urn: string;
      readonly reference: string;
      readonly keyedHash: string;
      readonly entered: Fact & { readonly by: Actor };
      /** Verified or rejected, by whom. */
      readonly looked: (Fact & { readonly by: Actor; readonly reason: string | null }) | null;
    };

export type PayeeCommand =
  | Command<
      'EnterPayeeDetails',
      Readonly<{
        urn: string;
        reference: string;
        keyedHash: string;
        /** Whether the setting is in the register. */
        registered: boolean;
      }>
    >
  | Command<'VerifyPayeeDetails', Readonly<{ reference: string }>>
  | Command<'RejectPayeeDetails', Readonly<{ reference: string; reason: string }>>;

const Reason = Type.Object({ reason: Type.String({ maxLength: 4000, pattern: NOT_BLANK }) });

function enter(
  { data, at }: Extract<PayeeCommand, { type: 'EnterPayeeDetails' }>,
  state: PayeeState,
): Decision<PayeeEvent> {
  const { registered, ...entered } = data;
  if (!registered) {
    const message = `setting ${data.urn} is not in the register: import it first`;
    return refusal('PAYEE.UNKNOWN_SETTING', 'not-found', message, { field: 'urn', urn: data.urn });
  }
  // The same account again is no change, and needs no second look.
  if (state.status !== 'none' && state.status !== 'rejected' && state.keyedHash === data.keyedHash) return [];
  const last = state.status === 'none' ? undefined : (state.looked ?? state.entered).occurredAt;
  return refuseBefore(at, { 'what was entered last': last }) ?? [payeeDetailsEntered(entered)];
}

/** Who looks must have looked at what stands now, and must be somebody else than who entered it. */
function refuseLook(
  { data, by }: { readonly data: { readonly reference: string }; readonly by: Actor },
  state: PayeeState,
): Refusal | undefined {
  if (state.status === 'none') {
    return refusal('PAYEE.NOT_ENTERED', 'wrong-state', 'no details have been entered for this payee');
  }
  if (state.reference !== data.reference) {
    const message = 'the details have been entered anew since: look at what stands now';
    return refusal('PAYEE.CHANGED', 'stale', message, { field: 'reference', reference: state.reference });
  }
  if (state.status !== 'entered') {
    return refusal('PAYEE.ALREADY_LOOKED_AT', 'wrong-state', `the details are ${state.status} already`);
  }
  if (samePerson(state.entered.by, by)) {
    const message = `${by.subject} entered these details: somebody else must verify them`;
    return refusal('PAYEE.SAME_PERSON', 'not-allowed', message, { subject: by.subject });
  }
  return undefined;
}

function verify(
  command: Extract<PayeeCommand, { type: 'VerifyPayeeDetails' }>,
  state: PayeeState,
): Decision<PayeeEvent> {
  const { data, at, by } = command;
  const already = state.status === 'verified' && state.reference === data.reference;
  if (already && state.looked !== null && samePerson(state.looked.by, by)) return [];
  const refused = refuseLook(command, state);
  if (refused !== undefined || state.status === 'none') return refused ?? [];
  const { urn, reference } = state;
  return (
    refuseBefore(at, { 'the entry of the details': state.entered.occurredAt }) ?? [
      payeeDetailsVerified({ urn, reference }),
    ]
  );
}

function reject(
  command: Extract<PayeeCommand, { type: 'RejectPayeeDetails' }>,
  state: PayeeState,
): Decision<PayeeEvent> {
  const { reason, reference: looked } = command.data;
  const malformed = refuseShape('PAYEE.MALFORMED', Reason, { reason });
  if (malformed !== undefined) return malformed;
  const already = state.status === 'rejected' && state.reference === looked;
  if (already && state.looked?.reason === reason) return [];
  const refused = refuseLook(command, state);
  if (refused !== undefined || state.status === 'none') return refused ?? [];
  const { urn, reference } = state;
  return (
    refuseBefore(command.at, { 'the entry of the details': state.entered.occurredAt }) ?? [
      payeeDetailsRejected({ urn, reference, reason }),
    ]
  );
}

function evolve(state: PayeeState, event: RecordedEvent<PayeeEvent>): PayeeState {
  const told = { ...factOf(event), by: event.metadata.actor };
  switch (event.type) {
    case 'PayeeDetailsEntered':
      return { ...event.data, status: 'entered', entered: told, looked: null };
    case 'PayeeDetailsVerified':
      return state.status === 'none'
        ? state
        : { ...state, status: 'verified', looked: { ...told, reason: null } };
    case 'PayeeDetailsRejected':
      return state.status === 'none'
        ? state
        : { ...state, status: 'rejected', looked: { ...told, reason: event.data.reason } };
    default:
      event satisfies never;
      return state;
  }
}

/** Where one setting is paid, in every programme: stream `payee-<urn>`. */
export const payee: Aggregate<PayeeState, PayeeCommand, PayeeEvent> = {
  category: 'payee',
  events: payeeEvents,
  initial: { status: 'none' },
  decide: (command, state) => {
    switch (command.type) {
      case 'EnterPayeeDetails':
        return enter(command, state);
      case 'VerifyPayeeDetails':
        return verify(command, state);
      case 'RejectPayeeDetails':
        return reject(command, state);
      default:
        return command satisfies never;
    }
  },
  evolve,
};

/** When the details that stand were verified; `undefined` while nothing may be paid to them. */
export function verifiedAt(state: PayeeState): Instant | undefined {
  return state.status === 'verified' ? state.looked?.occurredAt : undefined;
}
