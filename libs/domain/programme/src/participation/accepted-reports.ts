import type { Fact } from '#kernel';

/** A report of a setting that counts as accepted: wholly, or in part with its tranche to be paid. */
export type AcceptedReport = Fact & { readonly window: number };

/**
 * Tells the programme which reports of a setting are accepted, without its knowing of reports: reporting, which rests on the
 * programme, says so.
 * @see ACCEPTED_REPORTS by which it is given
 */
export interface AcceptedReports {
  /** From the streams that decide about the reports, as they are now, in the order asked for. */
  of(programmeId: string, urn: string, windows: readonly number[]): Promise<readonly AcceptedReport[]>;
}
export const ACCEPTED_REPORTS = Symbol('ACCEPTED_REPORTS');
