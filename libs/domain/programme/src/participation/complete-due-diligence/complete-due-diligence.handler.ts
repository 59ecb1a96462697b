import { participationId, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireOpenProgramme } from '../../programme/require-programme.js';
import type { DueDiligence } from '../checks.js';
import { requireUrn } from '../require-urn.js';
import { participation } from '../participation.js';

/** Records what came of looking into whether a setting can be trusted with a grant. */
export class CompleteDueDiligence {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly outcome: DueDiligence['outcome'];
      readonly conditions?: readonly string[];
      readonly checks: readonly string[];
      readonly evidence?: DueDiligence['evidence'];
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(CompleteDueDiligence)
export class CompleteDueDiligenceHandler implements ICommandHandler<CompleteDueDiligence, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: CompleteDueDiligence): Promise<Outcome> {
    const { programmeId, urn } = input;
    requireSlug(programmeId, 'programmeId');
    requireUrn(urn);
    await requireOpenProgramme(this.decisions, programmeId);
    const { programmeId: _programme, urn: _urn, conditions = [], evidence = null, ...rest } = input;
    const found = { ...rest, conditions: [...conditions], evidence } as DueDiligence;
    const request = { type: 'CompleteDueDiligence', data: { programmeId, urn, found } } as const;
    return this.decisions.execute(participation, participationId(programmeId, urn), request, context);
  }
}
