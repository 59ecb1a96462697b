import { participationId } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { allocation } from '../allocation.js';

/** Resume a tranche that was held, with the reason. */
export class ResumeTranche {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly number: number;
      readonly reason: string;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ResumeTranche)
export class ResumeTrancheHandler implements ICommandHandler<ResumeTranche, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  execute({ input: { programmeId, urn, ...data }, context }: ResumeTranche): Promise<Outcome> {
    const id = participationId(programmeId, urn);
    return this.decisions.execute(allocation, id, { type: 'ResumeTranche', data }, context);
  }
}
