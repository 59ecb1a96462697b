import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Payables } from '../payable/payables.js';
import { pauseOn } from '../read-pause/pause-on.js';
import { payments } from '../payments.js';

/** Releases a payment run: its payments are instructed. Never by who made it, or signed for a tranche in it. */
export class ReleasePaymentRun {
  constructor(
    readonly input: { readonly programmeId: string; readonly run: number; readonly fileSha256: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReleasePaymentRun)
export class ReleasePaymentRunHandler implements ICommandHandler<ReleasePaymentRun, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly payables: Payables,
  ) {}

  async execute({ input, context }: ReleasePaymentRun): Promise<Outcome> {
    const { state } = await this.decisions.load(payments, input.programmeId);
    const at = this.decisions.momentOf(context);
    const items = state.runs.find(({ run }) => run === input.run)?.items ?? [];
    const data = {
      ...input,
      payeesChanged: await this.payables.changedPayees(items),
      notPayable: await this.payables.notPayable(input.programmeId, items),
      clearedAt: await this.payables.clearedAt(input.programmeId, items, at),
      paused: await pauseOn(this.decisions, input.programmeId, context),
    };
    return this.decisions.execute(payments, input.programmeId, { type: 'ReleasePaymentRun', data }, context);
  }
}
