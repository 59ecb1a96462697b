import { participationId, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ACCEPTED_REPORTS, type AcceptedReports } from '../accepted-reports.js';
import { openingOf, settingOn } from '../enrol-setting/register-facts.js';
import { participation } from '../participation.js';
import { takenOverBy } from '../read-taken-over/taken-over-by.js';
import { requireUrn } from '../require-urn.js';
import type { PassedOn } from '../take-over.js';

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
    const request = { type: 'TakeOverPart', data } as const;
    return this.decisions.execute(participation, participationId(programmeId, urn), request, context);
  }

  private async passedOn(programmeId: string, fromUrn: string): Promise<PassedOn | null> {
    const { state } = await this.decisions.load(participation, participationId(programmeId, fromUrn));
    if (!('enrolment' in state)) return null;
    const { settingName, reportWindows, continuity } = state;
    const numbers = reportWindows.map(({ number }) => number);
    const accepted = await this.reports.of(programmeId, fromUrn, numbers);
    const taken = await takenOverBy(this.decisions, state);
    return { settingName, reportWindows, continuity, accepted, takenOverBy: taken };
  }
}
