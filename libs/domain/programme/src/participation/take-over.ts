import { refusal, refuseBefore, type Command, type Decision, type Refusal } from '#kernel';
import { refuseClosed } from '../programme/closing.js';
import type { ReportWindow } from '../programme/programme.events.js';
import type { AcceptedReport } from './accepted-reports.js';
import { noProgramme, notRegistered, type ProgrammeFact, type SettingFact } from './invitation.js';
import {
  partHandedOver,
  partTakenOver,
  settingEnrolled,
  type ParticipationEvent,
} from './participation.events.js';
import { isEnded, type Enrolment, type ParticipationState, type Said } from './participation-state.js';
import { hasEnded, refuseUrn, type OfOneSetting } from './standing.js';

/** The part that is passed on, as its own stream has it. */
export type PassedOn = Pick<Enrolment, 'settingName'> &
  Readonly<{
    reportWindows: readonly ReportWindow[];
    /** `null`: nothing was decided about it. */
    continuity: Pick<Said<'ContinuityDecided'>, 'outcome' | 'toUrn' | 'fact'> | null;
    accepted: readonly AcceptedReport[];
    /** Who has taken it over; `null`: nobody. */
    takenOverBy: string | null;
    /** To whom its own stream has handed it over, which then takes it over whatever the register says since; `null`: nobody. */
    handedOverTo: string | null;
  }>;

/** Where a part is that was passed on, as those say whom it was ever to be passed on to. */
export interface Whereabouts {
  /** Which of them has taken it over; `null`: none. */
  readonly takenOverBy: string | null;
  /** To whom it was handed over, and who has left the programme without having taken it over; `null`: there is none such. */
  readonly leftBefore: string | null;
}

/** The first half of taking over, on the stream of the part that is passed on: so that it goes to one setting only. */
export type HandOverPartCommand = Command<'HandOverPart', OfOneSetting & Readonly<{ toUrn: string }>>;

export type TakeOverPartCommand = Command<
  'TakeOverPart',
  OfOneSetting &
    Readonly<{
      fromUrn: string;
      /** `null`: that setting was never enrolled. */
      from: PassedOn | null;
      /** `null` if there is no such programme. */
      programme: ProgrammeFact | null;
      /** The entry in the register, on the day, of the setting that takes over; `null` if there is none. */
      setting: SettingFact | null;
    }>
>;

function notPassedOn({
  urn,
  fromUrn,
  from,
}: {
  readonly urn: string;
  readonly fromUrn: string;
  readonly from: Pick<PassedOn, 'continuity'> | null;
}): Refusal {
  const { continuity = null } = from ?? {};
  const instead =
    continuity === null
      ? 'nothing has been decided about it'
      : continuity.toUrn === null
        ? `the decision on it is '${continuity.outcome}'`
        : `its part was passed on to setting ${continuity.toUrn}`;
  return refusal(
    'PARTICIPATION.NOT_PASSED_ON',
    'wrong-state',
    `setting ${urn} cannot take over from setting ${fromUrn}: ${from === null ? 'that one never took part' : instead}`,
    { field: 'fromUrn', fromUrn, urn },
  );
}

/** One that takes part already goes on as it is; for any other it is its enrolment. */
function enrolledAs(
  { programmeId, urn }: OfOneSetting,
  { reportWindows, accepted }: PassedOn,
  programme: ProgrammeFact,
  setting: SettingFact,
): ParticipationEvent {
  const done = new Set(accepted.map(({ window }) => window));
  return settingEnrolled({
    ...{ programmeId, urn, settingName: setting.name },
    reportWindows: reportWindows.filter(({ number }) => !done.has(number)),
    ...{ programme: programme.event, setting: setting.event },
  });
}

/**
 * The setting to which a part was passed on takes it over: it is enrolled by that, and owes the reports that are left. It is
 * another legal person, so that its checks, agreement, audit and plan are its own.
 */
export function takeOver(
  { data, at }: TakeOverPartCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { programmeId, urn, fromUrn, from, programme, setting } = data;
  const broken = refuseUrn(urn) ?? refuseUrn(fromUrn, 'fromUrn');
  if (broken !== undefined) return broken;
  if ('takenOver' in state && state.takenOver.some((one) => one.from.urn === fromUrn)) return [];
  if (isEnded(state)) return hasEnded(data, state);
  if (programme === null) return noProgramme(data);
  const closed = refuseClosed(programmeId, programme.closed);
  if (closed !== undefined) return closed;
  if (from?.continuity?.toUrn !== urn) return notPassedOn(data);
  if (from.takenOverBy !== null) {
    return refusal(
      'PARTICIPATION.TAKEN_OVER',
      'wrong-state',
      `setting ${from.takenOverBy} has taken over the part of setting ${fromUrn}: have the board name it again as who takes over`,
      { field: 'fromUrn', fromUrn, urn },
    );
  }
  if (setting === null) return notRegistered(urn);
  const notOpen = from.handedOverTo === urn ? undefined : refuseNotOpen(urn, setting);
  if (notOpen !== undefined) return notOpen;
  const { settingName, continuity, accepted } = from;
  const taken = partTakenOver({
    ...{ programmeId, urn, settingName: setting.name, from: { urn: fromUrn, settingName } },
    ...{ enrols: state.status !== 'enrolled', decision: continuity.fact.event },
    accepted: accepted.map(({ window, event }) => ({ window, report: event })),
  });
  return (
    refuseBefore(at, {
      "the setting's entry in the register": setting.occurredAt,
      'the decision to pass the part on': continuity.fact.occurredAt,
      ...Object.fromEntries(
        accepted.map((one) => [`the acceptance of report ${one.window}`, one.occurredAt]),
      ),
    }) ?? (taken.data.enrols ? [enrolledAs(data, from, programme, setting), taken] : [taken])
  );
}

/** Refused to any but the setting that is named in this moment. */
export function handOver(
  { data, at }: HandOverPartCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { programmeId, urn: fromUrn, toUrn } = data;
  const from = 'enrolment' in state ? state : null;
  if (from?.status !== 'transferred' || from.continuity?.toUrn !== toUrn) {
    return notPassedOn({ urn: toUrn, fromUrn, from });
  }
  if (from.handedOver?.toUrn === toUrn) return [];
  const { event: decision, occurredAt } = from.continuity.fact;
  return (
    refuseBefore(at, { 'the decision to pass the part on': occurredAt }) ?? [
      partHandedOver({ programmeId, urn: fromUrn, toUrn, decision }),
    ]
  );
}

function refuseNotOpen(urn: string, { name, status }: SettingFact): Refusal | undefined {
  if (status === 'Open') return undefined;
  return refusal(
    'SETTING.NOT_OPEN',
    'wrong-state',
    `setting ${urn} ${name} is '${status}': only one that is Open can take over`,
    { field: 'urn', urn, status },
  );
}
