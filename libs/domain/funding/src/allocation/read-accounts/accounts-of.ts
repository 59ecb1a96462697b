import { isEnded, participation, type ParticipationState } from '#domain/programme';
import { report, reportId, type ReportState } from '#domain/reporting';
import { participationId, type Pence } from '#kernel';
import type { Decisions } from '#platform/event-store';
import { acceptedSpend, unaccountedPence, type Accounts } from '../accounted.js';
import { allocation } from '../allocation.js';
import { settledTranches } from '../read-settled/settled-tranches.js';

/** What is accepted of what a setting was paid, from the streams of its part and of its reports. */
export async function accountsOf(decisions: Decisions, programmeId: string, urn: string): Promise<Accounts> {
  const { state: part } = await decisions.load(participation, participationId(programmeId, urn));
  const takenOver = 'takenOver' in part ? part.takenOver : [];
  let inheritedPence = 0;
  for (const { from } of takenOver) inheritedPence += await leftBy(decisions, programmeId, from.urn);
  return {
    spentPence: acceptedSpend(await reportsOf(decisions, programmeId, urn, part)),
    inheritedPence,
    passedOnTo: await successorOf(decisions, programmeId, urn, part),
    reclaimed: part.status === 'reclaimed',
    ended: isEnded(part),
  };
}

/** What a setting whose part was taken over did not account for. */
async function leftBy(decisions: Decisions, programmeId: string, urn: string): Promise<Pence> {
  const { state } = await decisions.load(allocation, participationId(programmeId, urn));
  if (state.status === 'none') return 0;
  const paid = await settledTranches(decisions, programmeId, urn);
  return unaccountedPence(state, paid, await accountsOf(decisions, programmeId, urn));
}

async function reportsOf(
  decisions: Decisions,
  programmeId: string,
  urn: string,
  part: ParticipationState,
): Promise<readonly ReportState[]> {
  const windows = 'reportWindows' in part ? part.reportWindows : [];
  const reports: ReportState[] = [];
  for (const { number } of windows) {
    reports.push((await decisions.load(report, reportId(programmeId, urn, number))).state);
  }
  return reports;
}

/** Who has taken the part over; passing it on alone lets nobody account for it. */
async function successorOf(
  decisions: Decisions,
  programmeId: string,
  urn: string,
  part: ParticipationState,
): Promise<string | null> {
  const toUrn = part.status === 'transferred' ? (part.continuity?.toUrn ?? null) : null;
  if (toUrn === null) return null;
  const { state } = await decisions.load(participation, participationId(programmeId, toUrn));
  const taken = 'takenOver' in state && state.takenOver.some(({ from }) => from.urn === urn);
  return taken ? toUrn : null;
}
