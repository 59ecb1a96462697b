import { addDays, endOfDay, parseDate, startOfDay, type Instant } from '#kernel';
import type { ReportWindow } from '#domain/programme';

export const MOMENTS = ['opens', 'due', 'passed'] as const;
/** What there is to be reminded of: a window opens, its report falls due, or the due day has passed without one. */
export type Moment = (typeof MOMENTS)[number];

/**
 * When a reminder is sent, and when it makes no sense any more, by the calendar in London: on the day the window
 * opens, until the report is due; on the day it is due; on the day after, until the window closes.
 */
export function reminderTimes(window: ReportWindow, moment: Moment): { runAt: Instant; notAfter: Instant } {
  const opensOn = parseDate(window.opensOn, 'opensOn');
  const dueOn = parseDate(window.dueOn, 'dueOn');
  const closesOn = parseDate(window.closesOn, 'closesOn');
  switch (moment) {
    case 'opens':
      return { runAt: startOfDay(opensOn), notAfter: endOfDay(dueOn) };
    case 'due':
      return { runAt: startOfDay(dueOn), notAfter: endOfDay(dueOn) };
    case 'passed':
      return { runAt: startOfDay(addDays(dueOn, 1)), notAfter: endOfDay(closesOn) };
    default:
      return moment satisfies never;
  }
}

/** One job for each request. */
export function requestedReminderJobId(
  {
    programmeId,
    urn,
    window,
  }: { readonly programmeId: string; readonly urn: string; readonly window: number },
  requestEventId: string,
): string {
  return `reminder.${programmeId}.${urn}.${window}.requested.${requestEventId}`;
}

/** One job for each setting, window, moment and version of the deadline. */
export function reminderJobId(
  programmeId: string,
  urn: string,
  window: number,
  moment: Moment,
  deadlineVersion: number,
): string {
  return `reminder.${programmeId}.${urn}.${window}.${moment}.v${deadlineVersion}`;
}
