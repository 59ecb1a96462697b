import { refusal, refuseBefore, type Aggregate, type Command, type Decision } from '#kernel';
import { refuseClosed } from '../programme/closing.js';
import type { ReportWindow } from '../programme/programme.events.js';
import { sign, type SignGrantAgreementCommand } from './agreement-signature.js';
import {
  assessFraudRisk,
  completeDueDiligence,
  type AssessFraudRiskCommand,
  type CompleteDueDiligenceCommand,
} from './checks.js';
import {
  decideContinuity,
  raise,
  type DecideContinuityCommand,
  type RaiseContinuityCommand,
} from './continuity.js';
import { completeFinancialReview, type CompleteFinancialReviewCommand } from './financial-review.js';
import {
  decline,
  invite,
  noProgramme,
  notRegistered,
  withdraw,
  type DeclineInvitationCommand,
  type InviteSettingCommand,
  type ProgrammeFact,
  type SettingFact,
  type WithdrawSettingCommand,
} from './invitation.js';
import { participationEvents, settingEnrolled, type ParticipationEvent } from './participation.events.js';
import { evolve, isEnded, type ParticipationState } from './participation-state.js';
import { extendReportDeadline, type ExtendReportDeadlineCommand } from './report-deadlines.js';
import { hasEnded, refuseUrn } from './standing.js';
import { handOver, takeOver, type HandOverPartCommand, type TakeOverPartCommand } from './take-over.js';

export type EnrolSettingCommand = Command<
  'EnrolSetting',
  Readonly<{
    programmeId: string;
    urn: string;
    /** The event that set the report windows of the day; `null` if there is no such programme. */
    programme: (ProgrammeFact & Readonly<{ reportWindows: readonly ReportWindow[] }>) | null;
    /** The register's entry of the day; `null` if it has none. */
    setting: SettingFact | null;
  }>
>;
export type ParticipationCommand =
  | InviteSettingCommand
  | DeclineInvitationCommand
  | EnrolSettingCommand
  | WithdrawSettingCommand
  | CompleteDueDiligenceCommand
  | AssessFraudRiskCommand
  | SignGrantAgreementCommand
  | CompleteFinancialReviewCommand
  | RaiseContinuityCommand
  | DecideContinuityCommand
  | HandOverPartCommand
  | TakeOverPartCommand
  | ExtendReportDeadlineCommand;

function enrol(
  { data, by, at }: EnrolSettingCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { programmeId, urn, programme, setting } = data;
  const broken = refuseUrn(urn);
  if (broken !== undefined) return broken;
  if (state.status === 'enrolled') return [];
  if (isEnded(state)) return hasEnded(data, state);
  if (programme === null) return noProgramme(data);
  const closed = refuseClosed(programmeId, programme.closed);
  if (closed !== undefined) return closed;
  if (setting === null) return notRegistered(urn);
  if (state.status === 'declined') {
    return refusal(
      'PARTICIPATION.DECLINED',
      'wrong-state',
      `setting ${urn} ${setting.name} declined the invitation: invite it again before it is enrolled`,
      { urn, reason: state.answer.reason },
    );
  }
  if (by.role === 'setting' && state.status !== 'invited') {
    const message = `setting ${urn} ${setting.name} was not invited: the office invites or enrols it, it does not enrol itself`;
    return refusal('PARTICIPATION.NOT_INVITED', 'wrong-state', message, { urn });
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
      'the invitation': state.status === 'invited' ? state.invitation.fact.occurredAt : undefined,
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
  decide: (command, state) => {
    switch (command.type) {
      case 'InviteSetting':
        return invite(command, state);
      case 'DeclineInvitation':
        return decline(command, state);
      case 'EnrolSetting':
        return enrol(command, state);
      case 'WithdrawSetting':
        return withdraw(command, state);
      case 'CompleteDueDiligence':
        return completeDueDiligence(command, state);
      case 'AssessFraudRisk':
        return assessFraudRisk(command, state);
      case 'SignGrantAgreement':
        return sign(command, state);
      case 'CompleteFinancialReview':
        return completeFinancialReview(command, state);
      case 'RaiseContinuity':
        return raise(command, state);
      case 'DecideContinuity':
        return decideContinuity(command, state);
      case 'HandOverPart':
        return handOver(command, state);
      case 'TakeOverPart':
        return takeOver(command, state);
      case 'ExtendReportDeadline':
        return extendReportDeadline(command, state);
      default:
        return command satisfies never;
    }
  },
  evolve,
};
