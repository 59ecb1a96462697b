import { participationId, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireOpenProgramme } from '../../programme/require-programme.js';
import type { FraudRisk } from '../checks.js';
import { requireUrn } from '../require-urn.js';
import { participation } from '../participation.js';

/** Records how great the risk of fraud is in funding a setting, and whether it can be borne. */
export class AssessFraudRisk {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly level: FraudRisk['level'];
      readonly outcome: FraudRisk['outcome'];
      readonly mitigation?: string | null;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(AssessFraudRisk)
export class AssessFraudRiskHandler implements ICommandHandler<AssessFraudRisk, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: AssessFraudRisk): Promise<Outcome> {
    const { programmeId, urn } = input;
    requireSlug(programmeId, 'programmeId');
    requireUrn(urn);
    await requireOpenProgramme(this.decisions, programmeId);
    const { programmeId: _programme, urn: _urn, mitigation = null, ...rest } = input;
    const found = { ...rest, mitigation } as FraudRisk;
    const request = { type: 'AssessFraudRisk', data: { programmeId, urn, found } } as const;
    return this.decisions.execute(participation, participationId(programmeId, urn), request, context);
  }
}
