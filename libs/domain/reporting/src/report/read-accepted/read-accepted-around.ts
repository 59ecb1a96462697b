import { participation } from '#domain/programme';
import { participationId } from '#kernel';
import type { Decisions } from '#platform/event-store';
import { acceptedAround } from '../accepted-around.js';
import type { AcceptedAround } from '../refuse-spending.js';
import type { ReportState } from '../report-state.js';
import { report, reportId } from '../report.js';

/** What the reports of all other windows of the setting's part have accepted as spent, read from their streams. */
export async function readAcceptedAround(
  decisions: Decisions,
  of: { readonly programmeId: string; readonly urn: string; readonly window: number },
): Promise<AcceptedAround> {
  const { programmeId, urn, window } = of;
  const { state: part } = await decisions.load(participation, participationId(programmeId, urn));
  const windows = 'reportWindows' in part ? part.reportWindows : [];
  const others = windows.map(({ number }) => number).filter((number) => number !== window);
  const reports: ReportState[] = [];
  for (const number of others.toSorted((a, b) => a - b)) {
    reports.push((await decisions.load(report, reportId(programmeId, urn, number))).state);
  }
  return acceptedAround(reports, window);
}
