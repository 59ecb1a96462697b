import { participation, programme } from '#domain/programme';
import { setting } from '#domain/settings';
import { participationId } from '#kernel';
import type { Decisions } from '#platform/event-store';
import { report, reportId } from '../../report/report.js';
import type { ReportState } from '../../report/report-state.js';
import type { ReminderSubject } from './reminder-message.js';
import type { SentReminder } from '../reminder.js';

/** Of one that was returned another is owed. */
export const OWED: ReadonlySet<ReportState['status']> = new Set(['none', 'returned']);

/**
 * What a reminder is about, by the streams as they are now; `undefined` if it is not worth sending any more: the report
 * has come, the setting has left, or another deadline has taken the place of this one.
 */
export async function reminderSubject(
  decisions: Decisions,
  of: Pick<SentReminder, 'programmeId' | 'urn' | 'window' | 'moment' | 'deadlineVersion'>,
  owed: ReadonlySet<ReportState['status']>,
): Promise<ReminderSubject | undefined> {
  const { programmeId, urn, moment, deadlineVersion } = of;
  const { state: reported } = await decisions.load(report, reportId(programmeId, urn, of.window));
  if (!owed.has(reported.status)) return undefined;
  const { state: part } = await decisions.load(participation, participationId(programmeId, urn));
  if (part.status !== 'enrolled') return undefined;
  const window = part.reportWindows.find(({ number }) => number === of.window);
  if (window?.deadlineVersion !== deadlineVersion) return undefined;
  const { state } = await decisions.load(programme, programmeId);
  const programmeName = state.status === 'none' ? programmeId : state.terms.name;
  const { state: register } = await decisions.load(setting, urn);
  const settingName = register.status === 'registered' ? register.details.name : part.settingName;
  return { programmeName, settingName, urn, window, moment };
}
