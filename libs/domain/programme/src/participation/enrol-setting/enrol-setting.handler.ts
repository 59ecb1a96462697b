import { dateInLondon, isUrn, participationId, requireSlug, type Instant } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { programme } from '../../programme/programme.js';
import { reportWindowsOn } from '../../programme/terms-versions.js';
import { participation, type EnrolSettingCommand } from '../participation.js';
import { settingOn } from './register-facts.js';

/** Enrols an open setting in a programme. */
export class EnrolSetting {
  constructor(
    readonly input: { readonly programmeId: string; readonly urn: string },
    readonly context: CommandContext,
  ) {}
}

@CommandHandler(EnrolSetting)
export class EnrolSettingHandler implements ICommandHandler<EnrolSetting, Outcome> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`, `SETTING.NOT_FOUND`, `SETTING.NOT_OPEN`, `SETTING.BAD_URN` */
  async execute({ input: { programmeId, urn }, context }: EnrolSetting): Promise<Outcome> {
    requireSlug(programmeId, 'programmeId');
    const data = {
      programmeId,
      urn,
      programme: await this.programmeOf(programmeId, context.occurredAt ?? this.decisions.now()),
      setting: await settingOn(this.decisions, urn, context),
    };
    const id = participationId(programmeId, isUrn(urn) ? urn : 'unknown');
    return this.decisions.execute(participation, id, { type: 'EnrolSetting', data }, context);
  }

  /** What of the programme is in force on the day. */
  private async programmeOf(
    programmeId: string,
    at: Instant,
  ): Promise<EnrolSettingCommand['data']['programme']> {
    const { state } = await this.decisions.load(programme, programmeId);
    if (state.status === 'none') return null;
    const { setBy, reportWindows } = reportWindowsOn(state, dateInLondon(at));
    return { ...setBy, reportWindows, closed: state.closed };
  }
}
