import type { RecordedEvent } from '#kernel';

interface Tranche {
  /** What three people released and nobody reversed. */
  released: number;
  /** What the bank has been told to pay and has not refused. */
  sent: number;
  /** What has left the account. */
  out: number;
  /** What has come back to it. */
  back: number;
}
interface Allocation {
  allocated: number;
  status: 'none' | 'offered' | 'accepted' | 'closed';
  committed: number;
}
interface Said {
  readonly urn: string;
  readonly number: number;
  readonly amountPence: number;
  readonly toPence: number;
  readonly costPence: number;
  readonly becomes: string;
  readonly payments: readonly {
    readonly urn: string;
    readonly number: number;
    readonly amountPence: number;
  }[];
  readonly undrawn: readonly { readonly amountPence: number }[];
}

/**
 * The account of a programme as its bank would keep it, from the events as they are and knowing nothing of projections and
 * deciders: for each tranche what went out and what came back, beside what was promised for it.
 */
export class BankBooks {
  private readonly tranches = new Map<string, Tranche>();
  private readonly allocations = new Map<string, Allocation>();

  constructor(readonly programmeId: string) {}

  private tranche(urn: string, number: number): Tranche {
    const id = `${urn}.${number}`;
    const known = this.tranches.get(id) ?? { released: 0, sent: 0, out: 0, back: 0 };
    this.tranches.set(id, known);
    return known;
  }

  private allocation(urn: string): Allocation {
    const known = this.allocations.get(urn) ?? { allocated: 0, status: 'none', committed: 0 };
    this.allocations.set(urn, known);
    return known;
  }

  apply({ type, data }: RecordedEvent): void {
    const said = data as Said;
    const { urn, number, amountPence } = said;
    if (type.startsWith('Allocation') || type.startsWith('Offer')) this.ofAllocation(type, said);
    if (type === 'CommitmentConfirmed') this.allocation(urn).committed = amountPence;
    if (type === 'CommitmentReduced' || type === 'CommitmentRestored')
      this.allocation(urn).committed = said.costPence;
    if (type === 'ReservationRaised' || type === 'ReservationLowered')
      this.allocation(urn).committed = said.toPence;
    if (type === 'TrancheReleased') this.tranche(urn, number).released += amountPence;
    if (type === 'TrancheReleaseReversed') this.tranche(urn, number).released -= amountPence;
    if (type === 'PaymentRunReleased') {
      for (const one of said.payments) this.tranche(one.urn, one.number).sent += one.amountPence;
    }
    if (type === 'PaymentSettled') this.tranche(urn, number).out += amountPence;
    if (type === 'PaymentFailed') this.tranche(urn, number).sent -= amountPence;
    if (type === 'PaymentReversed') this.reversed(said);
    if (type === 'ReclaimReceived' || type === 'UnderspendReturned')
      this.tranche(urn, number).back += amountPence;
    if (type === 'ReceiptReversed') this.tranche(urn, number).back -= amountPence;
  }

  private ofAllocation(type: string, { urn, amountPence, undrawn }: Said): void {
    const one = this.allocation(urn);
    if (type === 'AllocationOffered' || type === 'AllocationRevised') one.allocated = amountPence;
    if (type === 'AllocationOffered') one.status = 'offered';
    if (type === 'OfferAccepted') one.status = 'accepted';
    if (type === 'OfferDeclined' || type === 'OfferLapsed') {
      one.status = 'none';
      one.allocated = 0;
    }
    if (type !== 'AllocationClosed') return;
    one.status = 'closed';
    one.allocated -= undrawn.reduce((sum, tranche) => sum + tranche.amountPence, 0);
  }

  private reversed({ urn, number, amountPence, becomes }: Said): void {
    const one = this.tranche(urn, number);
    one.sent += becomes === 'failed' ? -amountPence : amountPence;
    if (becomes === 'failed') one.out -= amountPence;
  }

  /** Nothing leaves that was not released, no more comes back than left, and each leaves once. */
  check(): void {
    for (const [id, { released, sent, out, back }] of this.tranches) {
      const sound = 0 <= back && back <= out && out <= sent && sent <= released;
      if (!sound) throw new Error(`${id}: released ${released}, sent ${sent}, out ${out}, back ${back}`);
    }
  }

  /** Once nothing is under way: what is kept for an allocation is what it may still come to, and covers what went out. */
  checkQuiet(): void {
    for (const [urn, { allocated, status, committed }] of this.allocations) {
      const of = [...this.tranches].filter(([id]) => id.startsWith(`${urn}.`)).map(([, tranche]) => tranche);
      const net = of.reduce((sum, { out, back }) => sum + out - back, 0);
      const cost = of.reduce((sum, { released, back }) => sum + released - back, 0);
      const should = status === 'closed' ? cost : status === 'accepted' ? allocated : committed;
      if (committed !== should || net > committed) {
        throw new Error(`${urn} ${status}: committed ${committed}, not ${should}; went out ${net}`);
      }
    }
  }
}
