import { derivedId, later, refusal, RefusalError, type RecordedEvent } from '#kernel';
import type { AppendedEvent, CommandContext, Decisions, Outcome } from '#platform/event-store';
import type { AcceptedWord } from '../accepted-spending.js';
import { readAcceptedAround } from '../read-accepted/read-accepted-around.js';
import { refuseAccepting, type AcceptedAround } from '../refuse-spending.js';
import { wordsOn, type ReportState } from '../report-state.js';
import type { VerdictCommand } from '../report-verdicts.js';
import type { ReportEvent } from '../report.events.js';
import { report, reportId } from '../report.js';

interface OfWindow {
  readonly programmeId: string;
  readonly urn: string;
  readonly window: number;
}

type Accepting = Pick<
  Extract<VerdictCommand, { type: 'AcceptProgressReport' | 'AcceptPartOfReport' }>,
  'type' | 'data'
>;

/**
 * Accepts of a report what does not go against what is accepted of other windows. Each report is a stream of its own, so
 * that two can be accepted at the same moment that go against each other: whoever sees that after writing withdraws what
 * was just accepted, and is refused as if the other had come first. If both see it both are, and may try again.
 * @throws RefusalError `REPORT.*`
 */
export async function acceptAgainstOthers(
  decisions: Decisions,
  of: OfWindow,
  request: (around: AcceptedAround) => Accepting,
  context: CommandContext,
): Promise<Outcome> {
  const id = reportId(of.programmeId, of.urn, of.window);
  const around = await readAcceptedAround(decisions, of);
  const outcome = await decisions.execute(report, id, request(around), context);
  const [acceptance] = outcome.events;
  if (acceptance === undefined) return outcome;
  const { state, history } = await decisions.load(report, id);
  const commandId = derivedId('accepted-at-once', context.commandId);
  // Asked again with the same id it is refused as it was, whatever has become of the other report.
  const before = history.find(({ metadata }) => metadata.commandId === commandId);
  if (before?.type === 'ProgressReportAcceptanceWithdrawn') throw acceptedAtOnce(of, before.data.reason);
  const words = wordsStanding(state, history, acceptance);
  const broken = refuseAccepting(of.window, words, await readAcceptedAround(decisions, of));
  if (broken === undefined || state.status === 'none') return outcome;
  const reason = `it was accepted at the same moment as what it goes against: ${broken.message}`;
  const { expectedRevision: _, ...asBefore } = context;
  const occurredAt = later(acceptance.metadata.occurredAt, state.since);
  await decisions.execute(
    report,
    id,
    { type: 'WithdrawReportAcceptance', data: { reason } },
    { ...asBefore, commandId, causationId: acceptance.id, occurredAt },
  );
  throw acceptedAtOnce(of, reason);
}

function acceptedAtOnce({ window }: OfWindow, reason: string): RefusalError {
  return new RefusalError(
    refusal(
      'REPORT.ACCEPTED_AT_ONCE',
      'wrong-state',
      `the acceptance of report ${window} was withdrawn: ${reason}`,
      {
        window,
      },
    ),
  );
}

/** What an acceptance said, as far as it stands: it may have been withdrawn, or judged again, since. */
function wordsStanding(
  state: ReportState,
  history: readonly RecordedEvent<ReportEvent>[],
  { id, revision }: AppendedEvent,
): readonly AcceptedWord[] {
  const verdict = history.find((event) => event.id === id);
  const judged = history.findLast(
    (event) => event.type === 'ProgressReportSubmitted' && event.revision < revision,
  );
  if (state.status === 'none' || judged?.type !== 'ProgressReportSubmitted') return [];
  const { actions } = judged.data;
  const words =
    verdict?.type === 'ProgressReportPartlyAccepted' ? wordsOn(actions, verdict.data.accepted) : actions;
  return words.filter(({ actionId, spentPence }) =>
    state.accepted.some((word) => word.actionId === actionId && word.spentPence === spentPence),
  );
}
