import {
  dateInLondon,
  isRefusal,
  NOT_BLANK,
  parseDate,
  refusal,
  refuseBefore,
  RefusalError,
  refuseShape,
  type Command,
  type Decision,
  type Fact,
  type Instant,
  type Refusal,
} from '#kernel';
import { Type } from 'typebox';
import { refuseClosed, type Closure } from '../programme/closing.js';
import {
  invitationDeclined,
  settingInvited,
  settingWithdrawn,
  type ParticipationEvent,
} from './participation.events.js';
import { isEnded, type ParticipationState } from './participation-state.js';
import { enrolledNow, everEnrolled, hasEnded, refuseUrn, type OfOneSetting } from './standing.js';

/** The register's entry of the day. */
export type SettingFact = Fact & Readonly<{ name: string; status: string }>;

/** The programme a setting is asked, or comes, into. */
export type ProgrammeFact = Fact & Readonly<{ closed?: Closure | null }>;

export type InviteSettingCommand = Command<
  'InviteSetting',
  OfOneSetting &
    Readonly<{
      /** The last day for an answer, `YYYY-MM-DD`; `null` for none. */
      answerBy: string | null;
      /** `null` if there is no such programme. */
      programme: ProgrammeFact | null;
      /** `null` if the register has none. */
      setting: SettingFact | null;
    }>
>;
export type DeclineInvitationCommand = Command<
  'DeclineInvitation',
  OfOneSetting & Readonly<{ reason: string }>
>;
export type WithdrawSettingCommand = Command<'WithdrawSetting', OfOneSetting & Readonly<{ reason: string }>>;

export const LONGEST_REASON = 1000;
const Reason = Type.Object({ reason: Type.String({ maxLength: LONGEST_REASON, pattern: NOT_BLANK }) });

export function refuseReason(reason: string): Refusal | undefined {
  return refuseShape('PARTICIPATION.MALFORMED', Reason, { reason });
}

/** @returns why a date is none, naming the field */
export function refuseDate(value: string, field: string): Refusal | undefined {
  try {
    parseDate(value, field);
    return undefined;
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
}

export function noProgramme({ programmeId }: OfOneSetting): Refusal {
  return refusal('PROGRAMME.NOT_FOUND', 'not-found', `there is no programme '${programmeId}'`, {
    field: 'programmeId',
    programmeId,
  });
}

export function notRegistered(urn: string, field = 'urn'): Refusal {
  return refusal(
    'SETTING.NOT_FOUND',
    'not-found',
    `there is no setting ${urn} in the register: import settings first`,
    { field, urn },
  );
}

function refuseInvitationOf(
  state: ParticipationState,
  data: InviteSettingCommand['data'],
): Refusal | undefined {
  const { urn, setting, programme } = data;
  if (isEnded(state)) return hasEnded(data, state);
  if (state.status === 'enrolled') {
    return refusal(
      'PARTICIPATION.ALREADY_ENROLLED',
      'wrong-state',
      `${state.settingName} (${urn}) is enrolled already: there is nothing to invite it to`,
      { urn },
    );
  }
  if (programme === null) return noProgramme(data);
  const closed = refuseClosed(data.programmeId, programme.closed);
  if (closed !== undefined) return closed;
  if (setting === null) return notRegistered(urn);
  if (setting.status !== 'Closed') return undefined;
  return refusal(
    'SETTING.CLOSED',
    'wrong-state',
    `setting ${urn} ${setting.name} is closed: it cannot be invited`,
    { field: 'urn', urn, status: setting.status },
  );
}

function refusePastAnswer(answerBy: string | null, at: Instant): Refusal | undefined {
  const day = dateInLondon(at);
  if (answerBy === null || answerBy >= day) return undefined;
  return refusal(
    'PARTICIPATION.ANSWER_BY',
    'invalid',
    `answerBy ${answerBy} is before the invitation, ${day}: leave the setting a day to answer on`,
    { field: 'answerBy', answerBy },
  );
}

/** A setting that is proposed to open may be invited, though not yet enrolled; one that declined may be asked again. */
export function invite(
  { data, at }: InviteSettingCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { programmeId, urn, answerBy, programme, setting } = data;
  const broken = refuseUrn(urn) ?? (answerBy === null ? undefined : refuseDate(answerBy, 'answerBy'));
  if (broken !== undefined) return broken;
  if (state.status === 'invited' && state.invitation.answerBy === answerBy) return [];
  const refused = refuseInvitationOf(state, data) ?? refusePastAnswer(answerBy, at);
  if (refused !== undefined || programme === null || setting === null) return refused ?? noProgramme(data);
  return (
    refuseBefore(at, {
      'the creation of the programme': programme.occurredAt,
      "the setting's entry in the register": setting.occurredAt,
      'its last answer': state.status === 'declined' ? state.answer.fact.occurredAt : undefined,
      'the invitation before': state.status === 'invited' ? state.invitation.fact.occurredAt : undefined,
    }) ?? [
      settingInvited({
        ...{ programmeId, urn, settingName: setting.name, answerBy },
        ...{ programme: programme.event, setting: setting.event },
      }),
    ]
  );
}

export function decline(
  { data, at }: DeclineInvitationCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { programmeId, urn, reason } = data;
  const broken = refuseUrn(urn) ?? refuseReason(reason);
  if (broken !== undefined) return broken;
  if (state.status === 'declined') return [];
  if (isEnded(state)) return hasEnded(data, state);
  if (state.status !== 'invited') {
    const instead = state.status === 'enrolled' ? 'is enrolled: it can withdraw' : 'has not been invited';
    return refusal('PARTICIPATION.NOT_INVITED', 'wrong-state', `setting ${urn} ${instead}`, {
      urn,
      status: state.status,
    });
  }
  return (
    refuseBefore(at, { 'the invitation': state.invitation.fact.occurredAt }) ?? [
      invitationDeclined({ programmeId, urn, reason }),
    ]
  );
}

/** Whatever has been paid stays as it is until people settle it; that nothing more is paid, the allocation is told by a policy. */
export function withdraw(
  { data, at }: WithdrawSettingCommand,
  state: ParticipationState,
): Decision<ParticipationEvent> {
  const { programmeId, urn, reason } = data;
  const broken = refuseUrn(urn) ?? refuseReason(reason);
  if (broken !== undefined) return broken;
  const ever = everEnrolled(data, state);
  if (isRefusal(ever)) return ever;
  if (ever.status === 'withdrawn') return [];
  const enrolled = enrolledNow(data, state);
  if (isRefusal(enrolled)) return enrolled;
  return (
    refuseBefore(at, { "the setting's enrolment": enrolled.enrolment.occurredAt }) ?? [
      settingWithdrawn({ programmeId, urn, reason }),
    ]
  );
}
