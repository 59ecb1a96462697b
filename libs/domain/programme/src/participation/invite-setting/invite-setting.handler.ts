import { participationId, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { openingOf, settingOn } from '../enrol-setting/register-facts.js';
import { requireUrn } from '../require-urn.js';
import { participation } from '../participation.js';

/** Invites a setting to take part in a programme. */
export class InviteSetting {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly answerBy?: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(InviteSetting)
export class InviteSettingHandler implements ICommandHandler<InviteSetting, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: InviteSetting): Promise<Outcome> {
    const { programmeId, urn } = input;
    requireSlug(programmeId, 'programmeId');
    requireUrn(urn);
    const programme = await openingOf(this.decisions, programmeId);
    const setting = await settingOn(this.decisions, urn, context);
    const request = {
      type: 'InviteSetting',
      data: { programmeId, urn, answerBy: input.answerBy ?? null, programme, setting },
    } as const;
    return this.decisions.execute(participation, participationId(programmeId, urn), request, context);
  }
}
