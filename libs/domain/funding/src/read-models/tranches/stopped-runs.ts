import type { PaymentDocument, PaymentItem } from '#domain/payments';
import { turnOf } from '#domain/programme';
import { counted } from '#kernel';
import { whyWithheld } from '../../allocation/withheld.js';
import type { Around } from './around.js';

// A payment run that holds what would not be paid now is refused as a whole: it is not to be released any more, but discarded.

type Known = Pick<Around, 'allocationOf' | 'paid' | 'setting'>;

/** The payments, with what can be done about those in a run that is not released yet. */
export function withStoppedRuns(payments: Around['payments'], known: Known): Around['payments'] {
  const stopped = new Map(
    known.paid.runs.flatMap(({ run, status, items }) => {
      const stops = status === 'made' ? items.flatMap((item) => stopOf(item, known) ?? []) : [];
      return stops.length === 0 ? [] : [[run, saying(run, stops)] as const];
    }),
  );
  if (stopped.size === 0) return payments;
  return new Map([...payments].map(([id, payment]) => [id, withStop(payment, stopped.get(payment.run))]));
}

function withStop(payment: PaymentDocument, says: string | undefined): PaymentDocument {
  if (says === undefined || payment.status !== 'in-run') return payment;
  return { ...payment, ...turnOf('discard-payment-run', says, payment.statusSince) };
}

function saying(run: number, [first, ...others]: readonly string[]): string {
  const more = others.length === 0 ? '' : `, and ${counted(others.length, 'other')}`;
  return `discard payment run ${run}, and make it anew without what would not be paid now: ${first}${more}`;
}

function stopOf(
  { trancheId, urn, number, release, payee: to }: PaymentItem,
  known: Known,
): string | undefined {
  const allocated = known.allocationOf(urn);
  const { participation, payee } = known.setting(urn);
  const tranche =
    allocated.status === 'none' ? undefined : allocated.tranches.find((one) => one.number === number);
  if (allocated.status === 'none' || tranche?.released?.event.eventId !== release.eventId)
    return `${trancheId} (its release was reversed)`;
  const withheld = participation === undefined ? null : whyWithheld(allocated, number, participation.part);
  if (withheld !== null) return `${trancheId} (${withheld})`;
  const same = payee?.status === 'verified' && payee.reference === to.reference;
  return same ? undefined : `${trancheId} (its payee details have changed, or are not verified)`;
}
