import { participationId, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ContinuityOutcome } from '../continuity.js';
import { settingOn } from '../enrol-setting/register-facts.js';
import { whereaboutsOf } from '../read-taken-over/taken-over-by.js';
import { requireUrn } from '../require-urn.js';
import { endedPart } from '../standing.js';
import type { ParticipationState } from '../participation-state.js';
import { participation } from '../participation.js';

/**
 * Decides what becomes of the part of a setting that has closed or has a successor; and anew, if it was passed on and nobody has
 * taken it over: that another setting does, or that it is wound down or reclaimed.
 */
export class DecideContinuity {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly urn: string;
      readonly outcome: ContinuityOutcome;
      readonly toUrn?: string | null;
      readonly reason: string;
    },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(DecideContinuity)
export class DecideContinuityHandler implements ICommandHandler<DecideContinuity, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  async execute({ input, context }: DecideContinuity): Promise<Outcome> {
    const { programmeId, urn } = input;
    requireSlug(programmeId, 'programmeId');
    requireUrn(urn);
    const { outcome, toUrn = null, reason } = input;
    const setting = await settingOn(this.decisions, urn, context);
    const successor = toUrn === null ? null : await settingOn(this.decisions, toUrn, context);
    const successorPart = toUrn === null ? null : endedPart(await this.part(programmeId, toUrn));
    const request = {
      type: 'DecideContinuity',
      data: {
        ...{ programmeId, urn, outcome, toUrn, reason, setting },
        ...{ successor, successorPart },
        whereabouts: await whereaboutsOf(this.decisions, await this.part(programmeId, urn)),
      },
    } as const;
    return this.decisions.execute(participation, participationId(programmeId, urn), request, context);
  }

  private async part(programmeId: string, urn: string): Promise<ParticipationState> {
    return (await this.decisions.load(participation, participationId(programmeId, urn))).state;
  }
}
