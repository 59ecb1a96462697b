import {
  MOST_EXTENSIONS,
  reportDeadlineExtended,
  settingEnrolled,
  type ReportWindow,
} from '#domain/programme';
import { definePolicy, type PolicyEffect } from '#platform/jobs';
import { MOMENTS, reminderJobId, reminderTimes } from '../reminder/reminder-times.js';
import { SEND_REPORT_REMINDER } from '../reminder/send-report-reminder/reminder-payload.js';
import { progressReportSubmitted } from '../report/report.events.js';

/** The first deadline of a window, and each that an extension may have put in its place. */
const DEADLINES = Array.from({ length: MOST_EXTENSIONS + 1 }, (_, index) => index + 1);

interface OfWindow {
  readonly programmeId: string;
  readonly urn: string;
}

function reminders(of: OfWindow, window: ReportWindow, because: string): readonly PolicyEffect[] {
  const { programmeId, urn } = of;
  const { number, deadlineVersion } = window;
  return MOMENTS.flatMap((moment) => {
    const { runAt, notAfter } = reminderTimes(window, moment);
    // A window that closes on the day it is due leaves no day to remind on.
    if (runAt > notAfter) return [];
    const id = reminderJobId(programmeId, urn, number, moment, deadlineVersion);
    const payload = { programmeId, urn, window: number, moment, deadlineVersion, enrolment: because };
    return [{ enqueue: { id, kind: SEND_REPORT_REMINDER, payload, runAt, notAfter } }];
  });
}

function noReminders(
  { programmeId, urn }: OfWindow,
  window: number,
  deadline: number,
): readonly PolicyEffect[] {
  return MOMENTS.map((moment) => ({ cancel: reminderJobId(programmeId, urn, window, moment, deadline) }));
}

/**
 * Whenever a setting enrols, it shall be reminded of each report window that opens, falls due or passes without its
 * report: three jobs a window. When the report arrives, those still waiting are cancelled; when its deadline is
 * extended, they are cancelled and made anew, by whose first one the setting learns of the new date.
 */
export const remindWhenReportDue = definePolicy({
  name: 'remind-when-report-due',
  handles: [settingEnrolled, reportDeadlineExtended, progressReportSubmitted],
  enqueues: [SEND_REPORT_REMINDER],
  react: (event): readonly PolicyEffect[] => {
    switch (event.type) {
      case 'SettingEnrolled':
        return event.data.reportWindows.flatMap((window) => reminders(event.data, window, event.id));
      case 'ReportDeadlineExtended': {
        const { from, to } = event.data;
        return [
          ...noReminders(event.data, from.number, from.deadlineVersion),
          ...reminders(event.data, to, event.id),
        ];
      }
      case 'ProgressReportSubmitted':
        return DEADLINES.flatMap((deadline) => noReminders(event.data, event.data.window, deadline));
    }
  },
});
