// What a ledger must say, and the sums that must hold in it, kept apart from the projection.
import type { LedgerFold } from '#domain/funding';
import { expect } from '@jest/globals';

/** The identities that must hold after every event; throws naming the one that does not. */
export function checkIdentities(fold: LedgerFold): void {
  let [confirmed, reserved, released] = [0, 0, 0];
  for (const document of fold.model.all()) {
    const { committedPence, confirmedPence, reservedPence, releasedPence } = document;
    if (committedPence !== confirmedPence + reservedPence) throw new Error(`committed: ${document.id}`);
    if ([confirmedPence, reservedPence, releasedPence].some((pence) => pence < 0)) {
      throw new Error(`negative: ${document.id}`);
    }
    if (document.kind === 'setting') {
      if (releasedPence > document.allocatedPence) throw new Error(`over-released: ${document.id}`);
      if (document.status === 'accepted' && committedPence !== document.allocatedPence) {
        throw new Error(`accepted, but not committed: ${document.id}`);
      }
      confirmed += confirmedPence;
      reserved += reservedPence;
      released += releasedPence;
    }
  }
  const programme = fold.model.get(fold.programmeId);
  if (programme?.kind !== 'programme') return;
  const { budgetPence, committedPence, availablePence } = programme;
  if (budgetPence !== committedPence + availablePence) throw new Error('budget ≠ committed + available');
  if (availablePence < 0) throw new Error('over-committed');
  const sums = [confirmed, reserved, released];
  const totals = [programme.confirmedPence, programme.reservedPence, programme.releasedPence];
  if (sums.join() !== totals.join()) throw new Error(`settings ${sums.join()}, programme ${totals.join()}`);
}

/**
 * What the ledger must say, kept another way: by reservation, from the events as they are, knowing nothing of the
 * projection.
 */
export class Tally {
  private budget = 0;
  private readonly reservations = new Map<string, { urn: string; pence: number; confirmed: boolean }>();
  private readonly released = new Map<string, number>();

  constructor(private readonly programmeId: string) {}

  apply(event: { readonly type: string; readonly data: unknown }): void {
    const data = event.data as {
      readonly programmeId: string;
      readonly urn: string;
      readonly reservationId: string;
      readonly amountPence: number;
      readonly budgetPence: number;
    };
    if (data.programmeId !== this.programmeId) return;
    const { urn, reservationId: id } = data;
    if (event.type === 'ProgrammeCreated' || event.type === 'FundOpened') this.budget = data.budgetPence;
    if (event.type === 'FundsReserved')
      this.reservations.set(id, { urn, pence: data.amountPence, confirmed: false });
    if (event.type === 'CommitmentConfirmed') this.reservations.get(id)!.confirmed = true;
    if (event.type === 'ReservationReleased') this.reservations.delete(id);
    if (event.type === 'TrancheReleased')
      this.released.set(urn, (this.released.get(urn) ?? 0) + data.amountPence);
  }

  /** Throws if the projection says anything else. */
  compare(fold: LedgerFold): void {
    const all = [...this.reservations.values()];
    const sum = (of: typeof all): number => of.reduce((total, { pence }) => total + pence, 0);
    const said = (of: typeof all, releasedPence: number): object => ({
      confirmedPence: sum(of.filter(({ confirmed }) => confirmed)),
      reservedPence: sum(of.filter(({ confirmed }) => !confirmed)),
      committedPence: sum(of),
      releasedPence,
    });
    const paid = [...this.released.values()].reduce((total, pence) => total + pence, 0);
    for (const document of fold.model.all()) {
      if (document.programmeId !== this.programmeId) continue;
      const should =
        document.kind === 'programme'
          ? { ...said(all, paid), budgetPence: this.budget, availablePence: this.budget - sum(all) }
          : said(
              all.filter(({ urn }) => urn === document.urn),
              this.released.get(document.urn) ?? 0,
            );
      expect(document).toMatchObject(should);
    }
  }
}
