import type { ParticipationEvent } from '#domain/programme';
import { factOf, type Fact, type RecordedEvent } from '#kernel';
import type { ReportWindow } from './report-rules.js';

/** A setting's enrolment, with the report windows as they are now; `null` if it is not enrolled. */
export function windowsOf(
  history: readonly RecordedEvent<ParticipationEvent>[],
): (Fact & { settingName: string; windows: readonly ReportWindow[] }) | null {
  const enrolled = history.find((event) => event.type === 'SettingEnrolled');
  if (enrolled === undefined) return null;
  const { settingName, reportWindows } = enrolled.data;
  return { ...factOf(enrolled), settingName, windows: reportWindows };
}
