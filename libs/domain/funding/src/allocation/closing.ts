import {
  formatPence,
  later,
  refusal,
  refuseBefore,
  refuseShape,
  samePerson,
  sumPence,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type Pence,
  type Refusal,
} from '#kernel';
import { unaccountedPence, type Accounts } from './accounted.js';
import { costPence, overpaidLeftPence, releasedPence, type AllocationState } from './allocation-state.js';
import type { AllocationEvent } from './allocation.events.js';
import type { SettledTranche } from './money-back-rules.js';
import { backPence, owedPence } from './money-back-state.js';
import { allocationClosed } from './money-back.events.js';
import { Because } from './tranche-objections.js';
import { stillPaid } from './unmade-payment.js';
import { acceptedNow, isClosed, type Accepted } from './tranche-signatures.js';

/** Where what was never drawn goes. */
export const UNDRAWN_GOES = ['to-fund', 'to-successor'] as const;
export type UndrawnGoes = (typeof UNDRAWN_GOES)[number];

/** To whom the setting's part was passed on. */
export interface Successor {
  readonly urn: string;
  /** By which it took the part over; `null`: it has not yet. */
  readonly takeOver: (Fact & { readonly enrols: boolean }) | null;
}

export type CloseAllocationCommand = Command<
  'CloseAllocation',
  Readonly<{
    reason: string;
    /** Has to be said where a part was passed on and something of it was never drawn; else it goes to the fund. */
    undrawn?: UndrawnGoes | null;
    /** `null`: its part was not passed on. */
    successor?: Successor | null;
    paid: readonly SettledTranche[];
    accounts: Accounts;
  }>
>;

/** What has to come to its end before an allocation is closed, in words; nothing, if it can be. */
export function unfinished(
  accepted: Accepted,
  paid: readonly SettledTranche[],
  accounts: Accounts,
): readonly string[] {
  const { tranches, moneyBack } = accepted;
  const made = stillPaid(accepted, paid);
  const ofTranches = tranches.flatMap(({ number, proposed, approved, released }) => {
    if (released !== null) {
      const settled = made.some((one) => one.number === number);
      return settled
        ? []
        : [
            `tranche ${number} is released and not yet paid: its payment must be settled, or the release reversed`,
          ];
    }
    if (approved !== null)
      return [
        `tranche ${number} is approved: release it, if the part of its setting goes on, or revoke the approval`,
      ];
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
  const tooMuch = `${formatPence(left)} was released beyond what is due: ask it back, or let go of an approved reclaim of it`;
  return [
    ...ofTranches,
    ...ofReclaims,
    ...(left > 0 ? [tooMuch] : []),
    ...ofAccounts(accepted, paid, accounts),
  ];
}

/** Whoever took the part over accounts for what is left; until somebody has, the setting itself does. */
function ofAccounts(
  accepted: Accepted,
  paid: readonly SettledTranche[],
  accounts: Accounts,
): readonly string[] {
  const left = unaccountedPence(accepted, paid, accounts);
  if (left === 0 || accounts.successors.length > 0) return [];
  if (accounts.reclaimed) {
    const asked = `of what was paid, which the board decided to reclaim, spent or not, ${formatPence(left)} is not back`;
    return [`${asked}: ask it back, and receive it or let two people let go of it`];
  }
  return [
    `${formatPence(left)} that was paid is neither accepted as spent nor back: accept a report of it, or ask it back and receive it or let two people let go of it`,
  ];
}

function refuseDestination(
  { undrawn = null, successor = null }: CloseAllocationCommand['data'],
  { settingName, urn }: Accepted,
  undrawnPence: Pence,
): Refusal | undefined {
  const setting = `${settingName} (${urn})`;
  const wrong = (code: string, message: string): Refusal =>
    refusal(code, 'wrong-state', message, { field: 'undrawn', urn, successor: successor?.urn ?? null });
  if (undrawn === null && successor !== null && undrawnPence > 0) {
    return refusal(
      'ALLOCATION.UNDRAWN_UNSAID',
      'invalid',
      `undrawn must say where the ${formatPence(undrawnPence)} goes that ${setting} has not drawn, as its part was passed on to setting ${successor.urn}: 'to-successor' or 'to-fund'`,
      { field: 'undrawn', urn, successor: successor.urn, undrawnPence },
    );
  }
  if (undrawn !== 'to-successor') return undefined;
  if (successor === null) {
    return wrong(
      'ALLOCATION.NO_SUCCESSOR',
      `undrawn cannot be 'to-successor': the part of ${setting} was not passed on to another setting`,
    );
  }
  if (successor.takeOver === null) {
    return wrong(
      'ALLOCATION.NOT_TAKEN_OVER',
      `undrawn cannot be 'to-successor' yet: setting ${successor.urn} has not taken over the part of ${setting}: let it take over first; if it cannot, have the board name another, or say 'to-fund'`,
    );
  }
  if (successor.takeOver.enrols) return undefined;
  return wrong(
    'ALLOCATION.SUCCESSOR_IN_ITS_OWN_RIGHT',
    `undrawn cannot be 'to-successor': setting ${successor.urn} takes part in its own right, and what it is due follows from its own teachers: say 'to-fund', and offer or revise its allocation`,
  );
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

function isUnfinished({ settingName, urn }: Accepted, open: readonly string[]): Refusal {
  return refusal(
    'ALLOCATION.UNFINISHED',
    'wrong-state',
    `the allocation of ${settingName} (${urn}) cannot be closed yet: ${open.join('; ')}`,
    { urn, unfinished: [...open] },
  );
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
  const { programmeId, urn, reservationId, amountPence, tranches, moneyBack } = accepted;
  const open = unfinished(accepted, data.paid, data.accounts);
  const unaccounted = ofAccounts(accepted, data.paid, data.accounts);
  if (open.length > unaccounted.length) return isUnfinished(accepted, open);
  const undrawn = tranches.filter(({ released }) => released === null);
  const undrawnPence = sumPence(undrawn);
  // Who takes the part over accounts for what is left, so that this is settled first.
  const destination = refuseDestination(data, accepted, undrawnPence);
  if (destination !== undefined) return destination;
  if (open.length > 0) return isUnfinished(accepted, open);
  const carries = data.undrawn === 'to-successor' && undrawnPence > 0;
  const takeOver = carries ? data.successor?.takeOver : undefined;
  return (
    refuseBefore(at, {
      ...timesOf(accepted, data.paid),
      'the taking over of its part': takeOver?.occurredAt,
    }) ?? [
      allocationClosed({
        ...{ programmeId, urn, reservationId, amountPence, reason },
        ...{
          releasedPence: releasedPence(accepted),
          ...backPence(moneyBack),
          costPence: costPence(accepted),
        },
        undrawn: undrawn.map((one) => ({ number: one.number, amountPence: one.amountPence })),
        carriedTo: carries ? (data.successor?.urn ?? null) : null,
      }),
    ]
  );
}
