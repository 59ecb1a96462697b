import {
  formatPence,
  refusal,
  refuseBefore,
  samePerson,
  type Actor,
  type Decision,
  type Instant,
  type Pence,
  type Refusal,
} from '#kernel';
import { dueBackPence } from './accounted.js';
import type { AllocationEvent } from './allocation.events.js';
import { reclaimApproved, reclaimProposed, reclaimReceived, reclaimWithdrawn } from './money-back.events.js';
import { owedPence, type Reclaim } from './money-back-state.js';
import {
  ofAllocation,
  paidTranche,
  receivedBefore,
  refuseBeyondPaid,
  type Drawn,
} from './money-back-rules.js';
import type { MoneyBackRequest } from './money-back.js';

// Money claimed back: proposed by one person, approved by another, and received, in one payment or in several.

export function proposeReclaim(
  { data, by, at }: MoneyBackRequest<'ProposeReclaim'>,
  state: Drawn,
): Decision<AllocationEvent> {
  const { number, amountPence: pence } = data;
  const why = data.reason.trim();
  const same = state.moneyBack.reclaims.some(
    (one) =>
      one.number === number &&
      one.amountPence === pence &&
      one.reason === why &&
      one.approved === null &&
      one.withdrawn === null &&
      samePerson(one.proposed.by, by),
  );
  if (same) return [];
  const of = paidTranche(state, number, data.paid);
  if ('refused' in of) return of;
  return (
    refuseBeyondPaid(state, of.tranche, pence) ??
    refuseBeyondDue(state, pence, dueBackPence(state, data.paid, data.accounts)) ??
    refuseBefore(at, { 'the payment of the tranche': of.settled.occurredAt }) ?? [
      reclaimProposed({
        ...ofAllocation(state),
        ...{ reclaim: state.moneyBack.reclaims.length + 1, number, amountPence: pence, reason: why },
      }),
    ]
  );
}

const WRONGLY_SPENT = 'if a report was accepted wrongly, withdraw its acceptance first';

/** Nobody is asked for what is accepted as spent, unless too much was paid, or the board decided to reclaim it. */
function refuseBeyondDue(
  { settingName, urn }: Drawn,
  wantedPence: Pence,
  duePence: Pence,
  wayOut = WRONGLY_SPENT,
): Refusal | undefined {
  if (wantedPence <= duePence) return undefined;
  return refusal(
    'RECLAIM.BEYOND_DUE',
    'wrong-state',
    `${formatPence(wantedPence)} is more than the ${formatPence(duePence)} that is due back from ${settingName} (${urn}): the rest of what it was paid is accepted as spent, has come back, is asked for or was let go of; ${wayOut}`,
    { field: 'amountPence', urn, dueBackPence: duePence },
  );
}

function reclaimOf(state: Drawn, number: number): Reclaim | Refusal {
  const found = state.moneyBack.reclaims.find(({ reclaim }) => reclaim === number);
  if (found !== undefined) return found;
  const { settingName, urn } = state;
  return refusal(
    'RECLAIM.UNKNOWN',
    'not-found',
    `there is no reclaim ${number} of ${settingName} (${urn}): it has ${state.moneyBack.reclaims.length}`,
    { reclaim: number, urn },
  );
}

function isWithdrawn({ reclaim, withdrawn }: Reclaim): Refusal | undefined {
  if (withdrawn === null) return undefined;
  return refusal(
    'RECLAIM.WITHDRAWN',
    'wrong-state',
    `reclaim ${reclaim} was ${withdrawn.letGo ? 'let go of' : 'withdrawn as a mistake'} by ${withdrawn.by.subject}: ${withdrawn.reason}`,
    { reclaim, by: withdrawn.by.subject },
  );
}

function timesOf({ proposed, approved, withdrawn }: Reclaim): Record<string, Instant | undefined> {
  return {
    'the proposal of the reclaim': proposed.occurredAt,
    'the approval of the reclaim': approved?.occurredAt,
    'the withdrawal of the reclaim': withdrawn?.occurredAt,
  };
}

/** Two people: who proposed a claim neither approves it nor lets go of it once it is owed. */
function refuseProposer(verb: string, { reclaim, proposed }: Reclaim, by: Actor): Refusal | undefined {
  if (!samePerson(proposed.by, by)) return undefined;
  return refusal(
    'RECLAIM.SECOND_SIGNATURE',
    'not-allowed',
    `${by.subject} proposed reclaim ${reclaim} and cannot ${verb}: that takes a second person`,
    { reclaim, subject: by.subject },
  );
}

/** The same money may have been asked back on the allocation of another in the same moment, or accounted for since. */
function askedTwice(reclaim: number): string {
  return `withdraw reclaim ${reclaim} as a mistake, and propose no more than is due, or withdraw what else is asked back for the same money; ${WRONGLY_SPENT}`;
}

export function approveReclaim(
  { data, by, at }: MoneyBackRequest<'ApproveReclaim'>,
  state: Drawn,
): Decision<AllocationEvent> {
  const found = reclaimOf(state, data.reclaim);
  if ('refused' in found) return found;
  const { reclaim, number, amountPence: pence, approved } = found;
  if (approved !== null) {
    if (samePerson(approved.by, by)) return [];
    return refusal(
      'RECLAIM.ALREADY_APPROVED',
      'wrong-state',
      `reclaim ${reclaim} was approved by ${approved.by.subject} already`,
      { reclaim, by: approved.by.subject },
    );
  }
  const refused = isWithdrawn(found) ?? refuseProposer('approve it', found, by);
  if (refused !== undefined) return refused;
  const of = paidTranche(state, number, data.paid);
  if ('refused' in of) return of;
  return (
    refuseBeyondDue(
      state,
      pence,
      dueBackPence(state, data.paid, data.accounts, pence),
      askedTwice(reclaim),
    ) ??
    refuseBefore(at, timesOf(found)) ?? [
      reclaimApproved({ ...ofAllocation(state), reclaim, number, amountPence: pence }),
    ]
  );
}

/** What only one person ever asked for, nobody lets go of; of a mistake nothing is lost, so that anybody says it. */
function refuseLettingGo(found: Reclaim, by: Actor): Refusal | undefined {
  const { reclaim, approved } = found;
  if (approved !== null) return refuseProposer('let go of what is owed', found, by);
  return refusal(
    'RECLAIM.NOT_APPROVED',
    'wrong-state',
    `outcome cannot be 'let-go': reclaim ${reclaim} is not approved, and money is let go of by two people; withdraw it as a mistake, or approve it and let go of it then`,
    { field: 'outcome', reclaim },
  );
}

/** Of a mistake the money is still to be accounted for, and may be asked for anew; what is let go of is accounted for. */
export function withdrawReclaim(
  { data, by, at }: MoneyBackRequest<'WithdrawReclaim'>,
  state: Drawn,
): Decision<AllocationEvent> {
  const found = reclaimOf(state, data.reclaim);
  if ('refused' in found) return found;
  const { reclaim, number, withdrawn } = found;
  const why = data.reason.trim();
  const letGo = data.outcome === 'let-go';
  const same = withdrawn?.reason === why && withdrawn.letGo === letGo;
  if (same && samePerson(withdrawn.by, by)) return [];
  const owed = owedPence(found);
  const received = refusal(
    'RECLAIM.RECEIVED',
    'wrong-state',
    `all of reclaim ${reclaim} has come in: nothing is left to withdraw`,
    { reclaim },
  );
  return (
    isWithdrawn(found) ??
    (owed === 0 ? received : undefined) ??
    (letGo ? refuseLettingGo(found, by) : undefined) ??
    refuseBefore(at, timesOf(found)) ?? [
      reclaimWithdrawn({
        ...{ ...ofAllocation(state), reclaim, number, amountPence: owed },
        ...{ outcome: data.outcome, reason: why },
      }),
    ]
  );
}

export function receiveReclaim(
  { data, at }: MoneyBackRequest<'ReceiveReclaim'>,
  state: Drawn,
): Decision<AllocationEvent> {
  const found = reclaimOf(state, data.reclaim);
  if ('refused' in found) return found;
  const { reclaim, number, approved } = found;
  const by = data.reference.trim();
  const receipt = { number, amountPence: data.amountPence, reclaim, reference: by };
  const before = receivedBefore(state, receipt) ?? isWithdrawn(found);
  if (before !== undefined) return before;
  if (approved === null) {
    const message = `reclaim ${reclaim} is not approved yet: record what comes in of itself as an underspend returned`;
    return refusal('RECLAIM.NOT_APPROVED', 'wrong-state', message, { reclaim });
  }
  // Its payment may have been reversed since it was asked back: then nothing of it was paid.
  const of = paidTranche(state, number, data.paid);
  if ('refused' in of) return of;
  const owed = owedPence(found);
  if (data.amountPence > owed) {
    return refusal(
      'RECLAIM.BEYOND_OWED',
      'wrong-state',
      `amountPence ${formatPence(data.amountPence)} is more than the ${formatPence(owed)} still owed of reclaim ${reclaim}: record the rest as an underspend returned`,
      { field: 'amountPence', reclaim, owedPence: owed },
    );
  }
  return (
    refuseBefore(at, timesOf(found)) ?? [
      reclaimReceived({ ...ofAllocation(state), ...receipt, receipt: state.moneyBack.receipts.length + 1 }),
    ]
  );
}
