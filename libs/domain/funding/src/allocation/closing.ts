import {
  formatPence,
  later,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  type Command,
  type Decision,
  type Fact,
  type Instant,
} from '#kernel';
import { costPence, overpaidLeftPence, releasedPence, type AllocationState } from './allocation-state.js';
import type { AllocationEvent } from './allocation.events.js';
import type { SettledTranche } from './money-back-rules.js';
import { backPence, owedPence } from './money-back-state.js';
import { allocationClosed } from './money-back.events.js';
import { Because } from './tranche-objections.js';
import { acceptedNow, isClosed, type Accepted } from './tranche-signatures.js';

export type CloseAllocationCommand = Command<
  'CloseAllocation',
  Readonly<{ reason: string; paid: readonly SettledTranche[] }>
>;

/** What has to come to its end before an allocation is closed, in words; nothing, if it can be. */
export function unfinished(accepted: Accepted, paid: readonly SettledTranche[]): readonly string[] {
  const { tranches, moneyBack } = accepted;
  const ofTranches = tranches.flatMap(({ number, proposed, approved, released }) => {
    if (released !== null) {
      const settled = paid.some((one) => one.number === number);
      return settled ? [] : [`tranche ${number} is released and not yet paid: its payment must be settled`];
    }
    if (approved !== null) return [`tranche ${number} is approved: release it, or revoke the approval`];
    return proposed === null ? [] : [`tranche ${number} is proposed: refuse or withdraw the proposal`];
  });
  const ofReclaims = moneyBack.reclaims.flatMap((reclaim) => {
    const owed = owedPence(reclaim);
    if (owed === 0) return [];
    const open = `${formatPence(owed)} of reclaim ${reclaim.reclaim}`;
    return reclaim.approved === null
      ? [`${open} is neither approved nor withdrawn`]
      : [`${open} has not come in: receive it, or withdraw what is left of it`];
  });
  const left = overpaidLeftPence(accepted);
  const tooMuch = `${formatPence(left)} was released beyond what is due: ask it back, or withdraw an approved reclaim of it`;
  return [...ofTranches, ...ofReclaims, ...(left > 0 ? [tooMuch] : [])];
}

/** No end is older than what it ends. */
function timesOf(
  { acceptance, tranches, moneyBack }: Accepted,
  paid: readonly SettledTranche[],
): Record<string, Instant | undefined> {
  const newest = (facts: readonly (Fact | null)[]) =>
    facts
      .flatMap((fact) => (fact === null ? [] : [fact.occurredAt]))
      .reduce<Instant | undefined>(
        (latest, at) => (latest === undefined ? at : later(latest, at)),
        undefined,
      );
  return {
    'the acceptance of the offer': acceptance.occurredAt,
    'its last release': newest(tranches.map(({ released }) => released)),
    'its last payment': newest(paid.map(({ settled }) => settled)),
    'its last reclaim': newest(
      moneyBack.reclaims.flatMap(({ proposed, approved, withdrawn }) => [proposed, approved, withdrawn]),
    ),
    'the last money that came back': newest(
      moneyBack.receipts.flatMap(({ recorded, reversed }) => [recorded, reversed]),
    ),
  };
}

/**
 * The end of an allocation: what was never drawn and what came back is free again. An allocation with anything
 * unfinished stays open, so that no money is lost sight of.
 */
export function closeAllocation(
  { data, by, at }: CloseAllocationCommand,
  state: AllocationState,
): Decision<AllocationEvent> {
  const malformed = refuseShape('ALLOCATION.MALFORMED', Because, data);
  if (malformed !== undefined) return malformed;
  const reason = data.reason.trim();
  if (state.status === 'closed') {
    const { closure } = state;
    return closure.reason === reason && samePerson(closure.by, by) ? [] : isClosed(state);
  }
  const accepted = acceptedNow(state);
  if ('refused' in accepted) return accepted;
  const { programmeId, urn, settingName, reservationId, amountPence, tranches, moneyBack } = accepted;
  const open = unfinished(accepted, data.paid);
  if (open.length > 0) {
    return refusal(
      'ALLOCATION.UNFINISHED',
      'wrong-state',
      `the allocation of ${settingName} (${urn}) cannot be closed yet: ${open.join('; ')}`,
      { urn, unfinished: [...open] },
    );
  }
  return (
    refuseBefore(at, timesOf(accepted, data.paid)) ?? [
      allocationClosed({
        ...{ programmeId, urn, reservationId, amountPence, reason },
        ...{
          releasedPence: releasedPence(accepted),
          ...backPence(moneyBack),
          costPence: costPence(accepted),
        },
        undrawn: tranches
          .filter(({ released }) => released === null)
          .map(({ number, amountPence: undrawnPence }) => ({ number, amountPence: undrawnPence })),
      }),
    ]
  );
}
