import { defineEvent, EventReference, type EventOf } from '#kernel';
import { Type } from 'typebox';
import { ReportWindow } from '../programme/programme.events.js';

export const settingEnrolled = defineEvent(
  'SettingEnrolled',
  1,
  'An open setting was enrolled in a programme, which from then on owes it an audit and expects its reports.',
  Type.Object({
    programmeId: Type.String(),
    urn: Type.String(),
    /** As the register had it on the day. */
    settingName: Type.String(),
    reportWindows: Type.Array(ReportWindow),
    programme: EventReference,
    /** The entry of the register that says it is open. */
    setting: EventReference,
  }),
);

export const participationEvents = [settingEnrolled] as const;
export type ParticipationEvent = EventOf<(typeof participationEvents)[number]>;
