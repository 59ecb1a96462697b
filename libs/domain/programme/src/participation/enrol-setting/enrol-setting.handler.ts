import { entryOn, setting } from '#domain/settings';
import { factOf, isUrn, participationId, requireSlug } from '#kernel';
import { Decisions, type CommandContext, type Outcome } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { programme } from '../../programme/programme.js';
import { participation, type EnrolSettingCommand } from '../participation.js';

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
      programme: await this.programmeOf(programmeId),
      setting: isUrn(urn) ? await this.settingOf(urn, context) : null,
    };
    const id = participationId(programmeId, isUrn(urn) ? urn : 'unknown');
    return this.decisions.execute(participation, id, { type: 'EnrolSetting', data }, context);
  }

  private async programmeOf(programmeId: string): Promise<EnrolSettingCommand['data']['programme']> {
    const { state } = await this.decisions.load(programme, programmeId);
    return state.status === 'none' ? null : { ...state.creation, reportWindows: state.terms.reportWindows };
  }

  /** The entry that held on the day: an enrolment told late rests on what the register said then. */
  private async settingOf(
    urn: string,
    { occurredAt }: CommandContext,
  ): Promise<EnrolSettingCommand['data']['setting']> {
    const { history } = await this.decisions.load(setting, urn);
    const entry = entryOn(history, occurredAt ?? this.decisions.now());
    return entry === undefined
      ? null
      : { ...factOf(entry), name: entry.data.name, status: entry.data.status };
  }
}
