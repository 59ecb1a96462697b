import type { Fact, Instant, Pence, Person } from '#kernel';
import type { CommandContext } from '#platform/event-store';

/** A tranche that three people released, as payments need to know it. */
export interface ReleasedTranche {
  /** `<programme>.<urn>.<number>` */
  readonly trancheId: string;
  readonly urn: string;
  readonly number: number;
  readonly settingName: string;
  readonly amountPence: Pence;
  readonly release: Fact;
  readonly proposedBy: Person;
  readonly approvedBy: Person;
  /** Whose authority approved it, if it was another's. */
  readonly approvedOnBehalfOf: Person | null;
  /** Why it is not paid, or not a second time should its payment fail; `null`: it would be. */
  readonly withheld: string | null;
}

/**
 * Tells payments what was released, without their knowing of allocations: funding says so, from the streams that decide
 * about it.
 */
export interface ReleasedTranches {
  /** Of every setting of the programme, by URN and number. */
  of(programmeId: string): Promise<readonly ReleasedTranche[]>;
  /**
   * When what had stood in the way of paying these settings on a day, as it is known now, was put right: by the words a person would
   * use. Nothing is paid to them before.
   */
  payableSince(
    programmeId: string,
    urns: readonly string[],
    at: Instant,
  ): Promise<Readonly<Record<string, Instant | undefined>>>;
  /**
   * Is told that a payment was not made after all, before the payments say so: from then on nothing of it can come back.
   * @throws RefusalError `PAYMENT.MONEY_CAME_BACK` if something of it has
   */
  paymentReversed(
    of: {
      readonly programmeId: string;
      readonly trancheId: string;
      readonly settlement: Fact;
      readonly reason: string;
    },
    context: CommandContext,
  ): Promise<void>;
}
export const RELEASED_TRANCHES = Symbol('RELEASED_TRANCHES');
