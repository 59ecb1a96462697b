import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { creationOf } from '../../participation/enrol-setting/register-facts.js';
import { requireOpenProgramme } from '../../programme/require-programme.js';
import { agreement, type Document } from '../agreement.js';

/** Issues a version of a programme's grant agreement. */
export class IssueGrantAgreement {
  constructor(
    readonly input: Omit<Document, 'ineligible'> & {
      readonly programmeId: string;
      readonly ineligible?: string[];
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(IssueGrantAgreement)
export class IssueGrantAgreementHandler implements ICommandHandler<IssueGrantAgreement, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: IssueGrantAgreement): Promise<Outcome> {
    const { programmeId, ineligible = [], ...rest } = input;
    requireSlug(programmeId, 'programmeId');
    await requireOpenProgramme(this.decisions, programmeId);
    const programme = await creationOf(this.decisions, programmeId);
    const data = { programmeId, programme, document: { ...rest, ineligible } };
    return this.decisions.execute(agreement, programmeId, { type: 'IssueGrantAgreement', data }, context);
  }
}
