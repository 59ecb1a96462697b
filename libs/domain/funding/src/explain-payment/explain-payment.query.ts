import {
  payments,
  saidInWords,
  TO_CLEAR_UP,
  type PayeeEvent,
  type Payment,
  type PaymentItem,
  type PaymentsEvent,
} from '#domain/payments';
import { fold, participationId, refusal, RefusalError, streamOf, type RecordedEvent } from '#kernel';
import { QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation/allocation.js';
import {
  receiptReversed,
  reclaimReceived,
  reclaimWithdrawn,
  underspendReturned,
} from '../allocation/money-back.events.js';
import { parseTrancheId } from '../allocation/tranche-id.js';
import { EvidenceReader } from '../explain-tranche/evidence-reader.js';
import { ExplainTranche } from '../explain-tranche/explain-tranche.query.js';
import { explained, type Explanation } from '../explain-tranche/explanation.js';
import { Trail } from '../explain-tranche/trail.js';
import { didNotArriveSays, paymentStepSays } from './payment-in-words.js';

/** How a tranche was paid: its runs, what the bank answered and what was reversed, down to who verified the payee. */
export class ExplainPayment {
  constructor(readonly trancheId: string) {}
}

type Recorded = RecordedEvent<PaymentsEvent>;
/** What came back of a payment, or was let go of; each is explained by how it was asked for. */
const MONEY_BACK: ReadonlySet<string> = new Set(
  [reclaimReceived, reclaimWithdrawn, underspendReturned, receiptReversed].map(({ type }) => type),
);
type Named<T extends PaymentsEvent['type']> = Extract<Recorded, { type: T }>;

@QueryHandler(ExplainPayment)
export class ExplainPaymentHandler implements IQueryHandler<ExplainPayment, Explanation> {
  constructor(
    private readonly evidence: EvidenceReader,
    private readonly trail: Trail,
    private readonly queries: QueryBus,
  ) {}

  /** @throws RefusalError `TRANCHE.UNKNOWN`, `PAYMENT.UNKNOWN` 'not-found' */
  async execute({ trancheId }: ExplainPayment): Promise<Explanation> {
    const { programmeId } = parseTrancheId(trancheId);
    const history = (await this.evidence.stream(streamOf(payments, programmeId))) as readonly Recorded[];
    const own = history.filter((event) => concerns(event, trancheId));
    if (own.length === 0) {
      const message = `tranche ${trancheId} has not been put into a payment run`;
      throw new RefusalError(refusal('PAYMENT.UNKNOWN', 'not-found', message, { trancheId }));
    }
    const state = fold(payments, history);
    const payment = state.payments[trancheId];
    return {
      says: `The payment of tranche ${trancheId} ${standing(payment)}.`,
      because: [
        ...(await this.moneyBack(trancheId)),
        ...(await Promise.all(own.toReversed().map((event) => this.step(event, trancheId, history)))),
      ],
    };
  }

  /** What of it came back, newest first. */
  private async moneyBack(trancheId: string): Promise<readonly Explanation[]> {
    const { programmeId, urn, number } = parseTrancheId(trancheId);
    const stream = streamOf(allocation, participationId(programmeId, urn));
    const back = await this.trail.where(
      stream,
      ({ type, data }) => MONEY_BACK.has(type) && 'number' in data && data.number === number,
    );
    return back.toReversed();
  }

  private async step(event: Recorded, trancheId: string, history: readonly Recorded[]): Promise<Explanation> {
    if (event.type === 'PaymentRunMade') return this.made(event, trancheId);
    return isAnswer(event)
      ? answered(event, trancheId, history)
      : explained(event, paymentStepSays(event, trancheId), []);
  }

  /** A run rests on the release of the tranche, and on somebody having verified where it is paid to. */
  private async made(event: Named<'PaymentRunMade'>, trancheId: string): Promise<Explanation> {
    const item = event.data.items.find((one) => one.trancheId === trancheId)!;
    const says = paymentStepSays(event, trancheId);
    const release = await this.queries.execute<ExplainTranche, Explanation>(new ExplainTranche(trancheId));
    return explained(event, says, [...(await this.payeeOf(item)), release]);
  }

  private async payeeOf({
    urn,
    payee: { reference, verification },
  }: PaymentItem): Promise<readonly Explanation[]> {
    const history = (await this.evidence.upTo(verification)) as
      readonly RecordedEvent<PayeeEvent>[] | undefined;
    const verified = history?.at(-1);
    const entered = history?.findLast(
      ({ type, data }) => type === 'PayeeDetailsEntered' && data.reference === reference,
    );
    if (verified === undefined || entered === undefined) {
      return [
        {
          says: `MISSING: the verification of the payee of setting ${urn} is not where it should be.`,
          because: [],
        },
      ];
    }
    const says = `The payee details ${reference} of setting ${urn} were`;
    return [
      explained(verified, `${says} verified by another person`, [explained(entered, `${says} entered`, [])]),
    ];
  }
}

function standing(payment: Payment | undefined): string {
  if (payment === undefined) return 'is in no payment run any more';
  const { status, run, attempt, differs } = payment;
  const so = `is ${status} (run ${run}, attempt ${attempt})`;
  return differs === null
    ? so
    : `${so}, and ${saidInWords(differs)}, which is not what was instructed: ${TO_CLEAR_UP}`;
}

function concerns(event: Recorded, trancheId: string): boolean {
  switch (event.type) {
    case 'PaymentRunMade':
      return event.data.items.some((item) => item.trancheId === trancheId);
    case 'PaymentRunReleased':
      return event.data.payments.some((payment) => payment.trancheId === trancheId);
    case 'PaymentRunDiscarded':
      return event.data.tranches.includes(trancheId);
    case 'PaymentSettled':
    case 'PaymentFailed':
    case 'PaymentAmountDiffered':
    case 'PaymentReversed':
    case 'PaymentBarred':
    case 'PaymentBarLifted':
      return event.data.trancheId === trancheId;
    case 'BankResponseImported':
      return false;
  }
}

type Answer = Named<'PaymentSettled'> | Named<'PaymentFailed'> | Named<'PaymentAmountDiffered'>;

function isAnswer(event: Recorded): event is Answer {
  return 'responseRow' in event.data;
}

/** The answer it was part of was written with it, by the same command; with none, the payer said so. */
function answered(event: Answer, trancheId: string, history: readonly Recorded[]): Explanation {
  const response = history.find(
    (one): one is Named<'BankResponseImported'> =>
      one.type === 'BankResponseImported' && one.metadata.commandId === event.metadata.commandId,
  );
  const says = paymentStepSays(event, trancheId);
  if (response === undefined) {
    const cameBack = event.type === 'PaymentFailed' ? didNotArriveSays(event.data) : says;
    return explained(event, cameBack, []);
  }
  const { name, sha256 } = response.data.file;
  const source = { file: name, row: event.data.responseRow, sha256 };
  return explained(event, says, [explained(response, paymentStepSays(response, trancheId), [])], source);
}
