import { participationId, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireUrn } from '../require-urn.js';
import { participation } from '../participation.js';

/** Takes an enrolled setting out of a programme. What was spent is settled and the rest returned by people; no money moves by this. */
export class WithdrawSetting {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly reason: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(WithdrawSetting)
export class WithdrawSettingHandler implements ICommandHandler<WithdrawSetting, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: WithdrawSetting): Promise<Outcome> {
    const { programmeId, urn } = input;
    requireSlug(programmeId, 'programmeId');
    requireUrn(urn);
    const request = { type: 'WithdrawSetting', data: { programmeId, urn, reason: input.reason } } as const;
    return this.decisions.execute(participation, participationId(programmeId, urn), request, context);
  }
}
