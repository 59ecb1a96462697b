import { participationId, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireUrn } from '../require-urn.js';
import { participation } from '../participation.js';

/** Says that an invited setting will not take part. */
export class DeclineInvitation {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly reason: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(DeclineInvitation)
export class DeclineInvitationHandler implements ICommandHandler<DeclineInvitation, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: DeclineInvitation): Promise<Outcome> {
    const { programmeId, urn } = input;
    requireSlug(programmeId, 'programmeId');
    requireUrn(urn);
    const request = { type: 'DeclineInvitation', data: { programmeId, urn, reason: input.reason } } as const;
    return this.decisions.execute(participation, participationId(programmeId, urn), request, context);
  }
}
