import { derivedId, isRefusal, participationId, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ACCEPTED_REPORTS, type AcceptedReports } from '../accepted-reports.js';
import { openingOf, settingOn } from '../enrol-setting/register-facts.js';
import { participation } from '../participation.js';
import { whereaboutsOf } from '../read-taken-over/taken-over-by.js';
import { requireUrn } from '../require-urn.js';
import type { HandOverPartCommand, PassedOn } from '../take-over.js';

/** Lets a setting take over the part that another passed on to it. */
export class TakeOverPart {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string; readonly fromUrn: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(TakeOverPart)
export class TakeOverPartHandler implements ICommandHandler<TakeOverPart, Outcome> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(ACCEPTED_REPORTS) private readonly reports: AcceptedReports,
  ) {}

  /** @throws RefusalError `PARTICIPATION.NOT_PASSED_ON`, `SETTING.NOT_OPEN`, `SETTING.BAD_URN` */
  async execute({ input, context }: TakeOverPart): Promise<Outcome> {
    const { programmeId, urn, fromUrn } = input;
    requireSlug(programmeId, 'programmeId');
    requireUrn(urn);
    requireUrn(fromUrn, 'fromUrn');
    const data = {
      ...{ programmeId, urn, fromUrn },
      from: await this.passedOn(programmeId, fromUrn),
      programme: await openingOf(this.decisions, programmeId),
      setting: await settingOn(this.decisions, urn, context),
    };
    const id = participationId(programmeId, urn);
    const take = (from: PassedOn | null, as: CommandContext): Promise<Outcome> =>
      this.decisions.execute(participation, id, { type: 'TakeOverPart', data: { ...data, from } }, as);
    const { state, revision } = await this.decisions.load(participation, id);
    const stale = context.expectedRevision !== undefined && context.expectedRevision !== revision;
    const at = this.decisions.momentOf(context);
    const decision = participation.decide({ type: 'TakeOverPart', data, by: context.actor, at }, state);
    // Nothing is handed over for what is refused, and for what is done already.
    if (data.from === null || stale || isRefusal(decision) || decision.length === 0) {
      return take(data.from, context);
    }
    const { expectedRevision: _, ...handed } = { ...context, occurredAt: at };
    await this.handOver({ programmeId, urn: fromUrn, toUrn: urn }, handed);
    // From here on it is this setting's: what its own stream has had since the look at it is looked at once more.
    return take({ ...data.from, handedOverTo: urn }, handed);
  }

  /** Refused to all but one, however many take over at once: the part's own stream says whose it is. */
  private async handOver(data: HandOverPartCommand['data'], context: CommandContext): Promise<void> {
    const { programmeId, urn, toUrn } = data;
    const id = participationId(programmeId, urn);
    const commandId = derivedId('hand-over-part', id, toUrn, context.commandId);
    await this.decisions.execute(
      participation,
      id,
      { type: 'HandOverPart', data },
      { ...context, commandId, causationId: context.commandId },
    );
  }

  private async passedOn(programmeId: string, fromUrn: string): Promise<PassedOn | null> {
    const { state } = await this.decisions.load(participation, participationId(programmeId, fromUrn));
    if (!('enrolment' in state)) return null;
    const { settingName, reportWindows, continuity, handedOver } = state;
    const numbers = reportWindows.map(({ number }) => number);
    const accepted = await this.reports.of(programmeId, fromUrn, numbers);
    const { takenOverBy } = await whereaboutsOf(this.decisions, state);
    return {
      ...{ settingName, reportWindows, continuity, accepted, takenOverBy },
      handedOverTo: handedOver?.toUrn ?? null,
    };
  }
}
