import { participationId, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { agreement, agreementInForce } from '../../agreement/agreement.js';
import { requireOpenProgramme } from '../../programme/require-programme.js';
import type { Signing } from '../agreement-signature.js';
import { requireUrn } from '../require-urn.js';
import { participation } from '../participation.js';

/** Records that a person of the setting signed the version of the grant agreement that is in force. */
export class SignGrantAgreement {
  constructor(
    readonly input: Signing & { readonly programmeId: string; readonly urn: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(SignGrantAgreement)
export class SignGrantAgreementHandler implements ICommandHandler<SignGrantAgreement, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: SignGrantAgreement): Promise<Outcome> {
    const { programmeId, urn } = input;
    requireSlug(programmeId, 'programmeId');
    requireUrn(urn);
    await requireOpenProgramme(this.decisions, programmeId);
    const { programmeId: _programme, urn: _urn, ...signing } = input;
    const { state } = await this.decisions.load(agreement, programmeId);
    const inForce = agreementInForce(state, context.occurredAt ?? this.decisions.now()) ?? null;
    const request = { type: 'SignGrantAgreement', data: { programmeId, urn, signing, inForce } } as const;
    return this.decisions.execute(participation, participationId(programmeId, urn), request, context);
  }
}
