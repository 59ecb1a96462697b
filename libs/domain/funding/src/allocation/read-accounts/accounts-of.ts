import { participation, type ParticipationState } from '#domain/programme';
import { report, reportId, type ReportState } from '#domain/reporting';
import { participationId } from '#kernel';
import type { Decisions } from '#platform/event-store';
import { acceptedSpend, type Accounts } from '../accounted.js';
import { allocation } from '../allocation.js';
import { settledTranches } from '../read-settled/settled-tranches.js';
import { Answering, type Books } from '../who-answers.js';

/** What is accepted of what a setting was paid, from the streams of its part and of its reports, and of those it was passed on between. */
export async function accountsOf(decisions: Decisions, programmeId: string, urn: string): Promise<Accounts> {
  return (await answeringFor(decisions, programmeId, urn)).accountsOf(urn);
}

/** Everybody between whom the setting's part was passed on: whoever answers for it now, and all whose parts came to that one. */
export async function answeringFor(
  decisions: Decisions,
  programmeId: string,
  urn: string,
): Promise<Answering> {
  let last = urn;
  let next = await successorOf(decisions, programmeId, last);
  while (next !== null) {
    last = next;
    next = await successorOf(decisions, programmeId, last);
  }
  return new Answering(await booksOf(decisions, programmeId, last, null));
}

/** Of a setting and of all whose parts came to it. */
async function booksOf(
  decisions: Decisions,
  programmeId: string,
  urn: string,
  takenOverBy: string | null,
): Promise<readonly Books[]> {
  const { state: part } = await decisions.load(participation, participationId(programmeId, urn));
  const { state } = await decisions.load(allocation, participationId(programmeId, urn));
  const own: Books = {
    ...{ urn, takenOverBy, allocation: state, reclaimed: part.status === 'reclaimed' },
    paid: state.status === 'none' ? [] : await settledTranches(decisions, programmeId, urn),
    spentPence: acceptedSpend(await reportsOf(decisions, programmeId, urn, part)),
  };
  const books: Books[] = [own];
  for (const { from } of 'takenOver' in part ? part.takenOver : []) {
    books.push(...(await booksOf(decisions, programmeId, from.urn, urn)));
  }
  return books;
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
async function successorOf(decisions: Decisions, programmeId: string, urn: string): Promise<string | null> {
  const { state: part } = await decisions.load(participation, participationId(programmeId, urn));
  const toUrn = part.status === 'transferred' ? (part.continuity?.toUrn ?? null) : null;
  if (toUrn === null) return null;
  const { state } = await decisions.load(participation, participationId(programmeId, toUrn));
  const taken = 'takenOver' in state && state.takenOver.some(({ from }) => from.urn === urn);
  return taken ? toUrn : null;
}
