import { acceptedSpending } from './accepted-spending.js';
import type { AcceptedAround } from './refuse-spending.js';
import type { ReportState } from './report-state.js';

/** @param reports of one setting, in the order of their windows; that of `window` itself is left out */
export function acceptedAround(reports: readonly ReportState[], window: number): AcceptedAround {
  const sent = reports.filter((one) => one.status !== 'none');
  return {
    before: wordsOf(sent.filter((one) => one.window < window)),
    after: wordsOf(sent.filter((one) => one.window > window).toReversed()),
  };
}

function wordsOf(reports: readonly Exclude<ReportState, { status: 'none' }>[]): AcceptedAround['before'] {
  return Object.fromEntries(
    [...acceptedSpending(reports)].map(([actionId, { spentPence, by }]) => [
      actionId,
      { window: by.window, spentPence },
    ]),
  );
}
