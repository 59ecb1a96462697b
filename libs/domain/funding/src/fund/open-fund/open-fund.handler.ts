import { programme, type ProgrammeEvent } from '#domain/programme';
import { derivedId, factOf, refusal, RefusalError, type RecordedEvent } from '#kernel';
import { Decisions, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { SystemContext } from '../../policies/caused-by.js';
import { FundDesk } from '../fund-desk.js';

/** Makes a fund of a programme's budget, as of the programme's creation. Nothing happens if it is open. */
export class OpenFund {
  constructor(
    readonly input: { readonly programmeId: string },
    readonly context: SystemContext,
  ) {}
}

@CommandHandler(OpenFund)
export class OpenFundHandler implements ICommandHandler<OpenFund, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    private readonly desk: FundDesk,
  ) {}

  async execute({ input: { programmeId }, context }: OpenFund): Promise<Outcome> {
    const { history } = await this.decisions.load(programme, programmeId);
    const created = history.find((event) => event.type === 'ProgrammeCreated');
    if (created === undefined) {
      throw new RefusalError(
        refusal('PROGRAMME.NOT_FOUND', 'not-found', `there is no programme ${programmeId}`, {
          programmeId,
        }),
      );
    }
    const { request, ...said } = openingOf(created);
    return this.desk.execute(programmeId, request, { ...context, ...said });
  }
}

/** The same from the policy, from the first offer and from the closing of the programme, whichever comes first. */
export function openingOf({ data, metadata, ...created }: ProgrammeCreated) {
  const { programmeId, budgetPence } = data;
  const programme = factOf({ data, metadata, ...created });
  return {
    request: { type: 'OpenFund', data: { programmeId, budgetPence, programme } } as const,
    commandId: derivedId('open-fund', programmeId),
    occurredAt: metadata.occurredAt,
  };
}

type ProgrammeCreated = RecordedEvent<Extract<ProgrammeEvent, { type: 'ProgrammeCreated' }>>;
