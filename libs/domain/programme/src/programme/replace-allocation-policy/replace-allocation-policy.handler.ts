import { requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { PolicyForm } from '../policy-versions.js';
import { programme } from '../programme.js';
import { requireProgramme } from '../require-programme.js';

/** Decides a new version of the allocation policy, in force from a day on. */
export class ReplaceAllocationPolicy {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly policy: PolicyForm;
      readonly effectiveOn: string;
      readonly reason: string;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(ReplaceAllocationPolicy)
export class ReplaceAllocationPolicyHandler implements ICommandHandler<ReplaceAllocationPolicy, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.*`, `TIME.BEFORE_ITS_FACTS` */
  async execute({ input: { programmeId, ...data }, context }: ReplaceAllocationPolicy): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    return this.decisions.execute(programme, programmeId, { type: 'ReplaceAllocationPolicy', data }, context);
  }
}
