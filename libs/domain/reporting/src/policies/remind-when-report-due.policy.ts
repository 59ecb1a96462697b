import { settingEnrolled } from '#domain/programme';
import { definePolicy, type PolicyEffect } from '#platform/jobs';
import { MOMENTS, reminderJobId, reminderTimes } from '../reminder/reminder-times.js';
import { SEND_REPORT_REMINDER } from '../reminder/send-report-reminder/reminder-payload.js';
import { progressReportSubmitted } from '../report/report.events.js';

/** The deadline of every window as it was when a setting enrolled; whatever moves one cancels its reminders itself. */
const FIRST_DEADLINE = 1;

/**
 * Whenever a setting enrols, it shall be reminded of each report window that opens, falls due or passes without its
 * report: three jobs a window. When the report arrives, those still waiting are cancelled.
 */
export const remindWhenReportDue = definePolicy({
  name: 'remind-when-report-due',
  handles: [settingEnrolled, progressReportSubmitted],
  enqueues: [SEND_REPORT_REMINDER],
  react: (event): readonly PolicyEffect[] => {
    const { programmeId, urn } = event.data;
    if (event.type === 'ProgressReportSubmitted') {
      const { window } = event.data;
      return MOMENTS.map((moment) => ({
        cancel: reminderJobId(programmeId, urn, window, moment, FIRST_DEADLINE),
      }));
    }
    return event.data.reportWindows.flatMap((window) =>
      MOMENTS.flatMap((moment) => {
        const { runAt, notAfter } = reminderTimes(window, moment);
        // A window that closes on the day it is due leaves no day to remind on.
        if (runAt > notAfter) return [];
        const { number, deadlineVersion } = window;
        const id = reminderJobId(programmeId, urn, number, moment, deadlineVersion);
        const payload = { programmeId, urn, window: number, moment, deadlineVersion, enrolment: event.id };
        return [{ enqueue: { id, kind: SEND_REPORT_REMINDER, payload, runAt, notAfter } }];
      }),
    );
  },
});

export const reportingPolicies = [remindWhenReportDue] as const;
