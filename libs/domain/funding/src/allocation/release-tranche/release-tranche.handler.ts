import { programme, standstillAt } from '#domain/programme';
import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';
import { partStanding } from '../read-standing/part-standing.js';

/** Releases an approved tranche: the third signature, of a third person. */
export class ReleaseTranche {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly number: number },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReleaseTranche)
export class ReleaseTrancheHandler implements ICommandHandler<ReleaseTranche, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input: { programmeId, urn, number }, context }: ReleaseTranche): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    const { state } = await this.decisions.load(programme, programmeId);
    const at = context.occurredAt ?? this.decisions.now();
    const paused = state.status === 'none' ? null : (standstillAt(state, at) ?? null);
    const standing = await partStanding(this.decisions, programmeId, urn, at);
    const data = { number, paused, standing };
    return this.decisions.execute(allocation, id, { type: 'ReleaseTranche', data }, context);
  }
}
