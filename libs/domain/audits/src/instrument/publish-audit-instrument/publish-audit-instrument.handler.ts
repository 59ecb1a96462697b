import { programme } from '#domain/programme';
import { parseDate, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { auditInstrument, type NewInstrument, type ProgrammeOfInstrument } from '../instrument.js';

/** Publishes a new version of what the audits of a programme rate by, in force from a later day on. */
export class PublishAuditInstrument {
  constructor(
    readonly input: NewInstrument & { readonly programmeId: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(PublishAuditInstrument)
export class PublishAuditInstrumentHandler implements ICommandHandler<PublishAuditInstrument, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `INSTRUMENT.*`, `PROGRAMME.NOT_FOUND`, `PROGRAMME.CLOSED` */
  async execute({ input, context }: PublishAuditInstrument): Promise<Outcome> {
    const { programmeId, ...said } = input;
    requireSlug(programmeId, 'programmeId');
    const data = { programmeId, said, programme: await this.programmeOf(programmeId) };
    const request = { type: 'PublishAuditInstrument', data } as const;
    return this.decisions.execute(auditInstrument, programmeId, request, context);
  }

  private async programmeOf(programmeId: string): Promise<ProgrammeOfInstrument | null> {
    const { state } = await this.decisions.load(programme, programmeId);
    if (state.status === 'none') return null;
    const { terms, creation, closed } = state;
    return { startsOn: parseDate(terms.startsOn), endsOn: parseDate(terms.endsOn), creation, closed };
  }
}
