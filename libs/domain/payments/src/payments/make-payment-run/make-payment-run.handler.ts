import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { createHash } from 'node:crypto';
import { Payables, type LeftOut, type Payable } from '../payable/payables.js';
import { fileNameOf, paymentFile } from '../payment-file/payment-file.js';
import { payments } from '../payments.js';
import { pauseOn } from '../read-pause/pause-on.js';

/** Puts what is ready to be paid into a run, whose file somebody else then releases. */
export class MakePaymentRun {
  constructor(
    readonly input: {
      readonly programmeId: string;
      /** Only these tranches, each of which must be ready; otherwise every one that is. */
      readonly tranches?: readonly string[];
    },
    readonly context: CommandContext,
  ) {}
}

/** What a run left out that was released and is not paid. */
export interface RunMade extends Outcome {
  readonly leftOut: readonly LeftOut[];
}

@CommandHandler(MakePaymentRun)
export class MakePaymentRunHandler implements ICommandHandler<MakePaymentRun, RunMade> {
  constructor(
    private readonly decisions: Decisions,
    private readonly payables: Payables,
  ) {}

  /** @throws RefusalError `PAYMENT_RUN.*`, `PROGRAMME.NOT_FOUND`, `PAYEE.DETAILS_*` */
  async execute({ input: { programmeId, tranches }, context }: MakePaymentRun): Promise<RunMade> {
    const paused = await pauseOn(this.decisions, programmeId, context);
    const { state, history } = await this.decisions.load(payments, programmeId);
    // A command sent again answers as before, although its tranches are in a run by now.
    const again = history.some(({ metadata }) => metadata.commandId === context.commandId);
    const payable = again ? NOTHING_PAYABLE : await this.payables.of(programmeId, state, tranches);
    const run = state.runs.length + 1;
    const content = Buffer.from(paymentFile(payable.items));
    const file = {
      name: fileNameOf(programmeId, run),
      bytes: content.byteLength,
      sha256: createHash('sha256').update(content).digest('hex'),
    };
    const items = payable.items.map(({ details: _, ...item }) => item);
    const { latestFact, leftOut } = payable;
    const named = tranches ?? [];
    const clearedAt = await this.payables.clearedAt(programmeId, items, this.decisions.momentOf(context));
    const data = { programmeId, run, items, file, latestFact, clearedAt, leftOut, named, paused };
    const outcome = await this.decisions.execute(
      payments,
      programmeId,
      { type: 'MakePaymentRun', data },
      context,
    );
    return { ...outcome, leftOut: payable.leftOut };
  }
}

const NOTHING_PAYABLE: Payable = { items: [], leftOut: [], latestFact: undefined };
