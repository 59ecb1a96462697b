import type { AcceptedReport, AcceptedReports } from '#domain/programme';
import type { Decisions } from '#platform/event-store';
import { report, reportId } from '../report.js';
import { acceptanceOf } from '../report-state.js';

/** What programmes ask when a part is passed on: read from the reports' own streams. */
export class StreamAcceptedReports implements AcceptedReports {
  constructor(private readonly decisions: Decisions) {}

  async of(programmeId: string, urn: string, windows: readonly number[]): Promise<readonly AcceptedReport[]> {
    const found = await Promise.all(
      windows.map(async (window) => {
        const { state } = await this.decisions.load(report, reportId(programmeId, urn, window));
        const acceptance = acceptanceOf(state);
        return acceptance === null ? [] : [{ ...acceptance, window }];
      }),
    );
    return found.flat();
  }
}
