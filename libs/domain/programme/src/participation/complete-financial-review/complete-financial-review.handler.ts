import { participationId, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireOpenProgramme } from '../../programme/require-programme.js';
import type { FinancialReview } from '../financial-review.js';
import { PAID_TO_SETTINGS, type PaidToSettings } from '../paid-to-settings.js';
import { requireUrn } from '../require-urn.js';
import { participation } from '../participation.js';

/** Records a review of the money of a participation, and what was decided on it. */
export class CompleteFinancialReview {
  constructor(
    readonly input: Omit<FinancialReview, 'amendment'> & {
      readonly programmeId: string;
      readonly urn: string;
      readonly amendment?: string | null;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(CompleteFinancialReview)
export class CompleteFinancialReviewHandler implements ICommandHandler<CompleteFinancialReview, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(PAID_TO_SETTINGS) private readonly paid: PaidToSettings,
  ) {}

  /** @throws RefusalError `REVIEW.*`, `PARTICIPATION.NOT_ENROLLED`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input, context }: CompleteFinancialReview): Promise<Outcome> {
    const { programmeId, urn } = input;
    requireSlug(programmeId, 'programmeId');
    requireUrn(urn);
    await requireOpenProgramme(this.decisions, programmeId);
    const { programmeId: _programme, urn: _urn, amendment = null, ...rest } = input;
    const request = {
      type: 'CompleteFinancialReview',
      data: {
        ...{ programmeId, urn, review: { ...rest, amendment } },
        paid: await this.paid.of(programmeId, urn),
      },
    } as const;
    return this.decisions.execute(participation, participationId(programmeId, urn), request, context);
  }
}
