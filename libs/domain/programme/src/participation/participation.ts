import {
  factOf,
  isUrn,
  refusal,
  refuseBefore,
  type Aggregate,
  type Command,
  type Decision,
  type Fact,
  type RecordedEvent,
} from '#kernel';
import type { ReportWindow } from '../programme/programme.events.js';
import { participationEvents, settingEnrolled, type ParticipationEvent } from './participation.events.js';

export type EnrolSettingCommand = Command<
  'EnrolSetting',
  Readonly<{
    programmeId: string;
    urn: string;
    /** `null` if there is no such programme. */
    programme: (Fact & Readonly<{ reportWindows: readonly ReportWindow[] }>) | null;
    /** The register's entry of the day; `null` if it has none. */
    setting: (Fact & Readonly<{ name: string; status: string }>) | null;
  }>
>;
export type ParticipationCommand = EnrolSettingCommand;

export type ParticipationState =
  | { readonly status: 'not-enrolled' }
  | {
      readonly status: 'enrolled';
      readonly programmeId: string;
      readonly urn: string;
      readonly settingName: string;
      readonly reportWindows: readonly ReportWindow[];
      readonly enrolment: Fact;
    };

function enrol({ data, at }: EnrolSettingCommand, state: ParticipationState): Decision<ParticipationEvent> {
  const { programmeId, urn, programme, setting } = data;
  if (!isUrn(urn)) {
    return refusal(
      'SETTING.BAD_URN',
      'invalid',
      `urn '${urn}' must be 6 digits, or 5 for a children's centre`,
      {
        field: 'urn',
      },
    );
  }
  if (state.status === 'enrolled') return [];
  if (programme === null) {
    return refusal('PROGRAMME.NOT_FOUND', 'not-found', `there is no programme '${programmeId}'`, {
      field: 'programmeId',
      programmeId,
    });
  }
  if (setting === null) {
    return refusal(
      'SETTING.NOT_FOUND',
      'not-found',
      `there is no setting ${urn} in the register: import settings first`,
      { field: 'urn', urn },
    );
  }
  if (setting.status !== 'Open') {
    return refusal(
      'SETTING.NOT_OPEN',
      'wrong-state',
      `setting ${urn} ${setting.name} is '${setting.status}': only one that is Open can be enrolled`,
      { field: 'urn', urn, status: setting.status },
    );
  }
  return (
    refuseBefore(at, {
      'the creation of the programme': programme.occurredAt,
      "the setting's entry in the register": setting.occurredAt,
    }) ?? [
      settingEnrolled({
        programmeId,
        urn,
        settingName: setting.name,
        reportWindows: [...programme.reportWindows],
        programme: programme.event,
        setting: setting.event,
      }),
    ]
  );
}

/** One setting's part in one programme: stream `participation-<programme>.<urn>`. */
export const participation: Aggregate<ParticipationState, ParticipationCommand, ParticipationEvent> = {
  category: 'participation',
  events: participationEvents,
  initial: { status: 'not-enrolled' },
  decide: (command, state) => enrol(command, state),
  evolve: (_state, event: RecordedEvent<ParticipationEvent>): ParticipationState => {
    event.type satisfies 'SettingEnrolled';
    const { programmeId, urn, settingName, reportWindows } = event.data;
    return { status: 'enrolled', programmeId, urn, settingName, reportWindows, enrolment: factOf(event) };
  },
};
