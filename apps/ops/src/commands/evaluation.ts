import {
  ListSnapshots,
  refuseIfDifferent,
  RetakeSnapshot,
  snapshots,
  TakeSnapshot,
  type FrozenMeasures,
  type Measures,
  type RetakenSnapshot,
  type SnapshotDocument,
} from '#domain/evaluation';
import { formatPence, RefusalError } from '#kernel';
import type { Outcome } from '#platform/event-store';
import { ReadModels, type Page } from '#platform/read-store';
import type { Command } from 'commander';
import { withGlobals, type Register } from '../session.js';

/** `snapshot take`, `snapshot retake` and `snapshots`. */
export const registerEvaluation: Register = (program, session) => {
  const snapshot = program.command('snapshot').description('evaluation snapshots: take one, or check one');

  withGlobals(snapshot.command('take <programme>'))
    .description('measure a programme by everything recorded until now, and freeze the result')
    .action(async (programmeId: string, _options: unknown, command: Command) => {
      const ops = await session(command);
      const outcome = await ops.commands.execute<TakeSnapshot, Outcome>(
        new TakeSnapshot({ programmeId }, ops.context()),
      );
      await ops.settle();
      const { snapshotId: id, cut, hash, historyHash, measures } = outcome.events[0]?.data as FrozenMeasures;
      ops.print({ id, programmeId, cut, hash, historyHash, measures }, () =>
        [`Snapshot ${id} taken.`, described(cut, hash), '', inWords(measures)].join('\n'),
      );
    });

  withGlobals(snapshot.command('retake <id>'))
    .description('compute a snapshot again from the events alone; fails if it does not come out the same')
    .action(async (id: string, _options: unknown, command: Command) => {
      const ops = await session(command);
      const retaken = await ops.queries.execute<RetakeSnapshot, RetakenSnapshot>(new RetakeSnapshot(id));
      ops.print(retaken, () => retakenInWords(retaken));
      const different = refuseIfDifferent(retaken);
      if (different !== undefined) throw new RefusalError(different);
    });

  withGlobals(program.command('snapshots <programme>'))
    .description('the snapshots taken of a programme, newest first')
    .action(async (programmeId: string, _options: unknown, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(snapshots);
      const taken = await allOf((cursor) =>
        ops.queries.execute<ListSnapshots, Page<SnapshotDocument>>(
          new ListSnapshots(programmeId, cursor === undefined ? {} : { cursor }),
        ),
      );
      ops.print(taken, () =>
        taken.length === 0
          ? `No snapshot of ${programmeId} has been taken.`
          : taken
              .map((one) => `${one.id}  ${one.takenAt}  by ${one.takenBy}\n  ${described(one.cut, one.hash)}`)
              .join('\n'),
      );
    });
};

async function allOf<D>(page: (cursor: string | undefined) => Promise<Page<D>>): Promise<readonly D[]> {
  const all: D[] = [];
  let cursor: string | undefined;
  do {
    const next: Page<D> = await page(cursor);
    all.push(...next.documents);
    cursor = next.cursor;
  } while (cursor !== undefined);
  return all;
}

function described(cut: FrozenMeasures['cut'], hash: string): string {
  return `after ${cut.count} events (the last: ${cut.eventId}), content hash ${hash}`;
}

function retakenInWords(retaken: RetakenSnapshot): string {
  const verdict = retaken.same
    ? 'It is the same: history up to the cut is what it was.'
    : `It DIFFERS from what was frozen (${retaken.frozenHash}).`;
  return [
    `Snapshot ${retaken.id} taken again from the events alone, ${described(retaken.cut, retaken.hash)}.`,
    verdict,
    ...(retaken.measures === null ? [] : ['', inWords(retaken.measures)]),
  ].join('\n');
}

/** 7342 → `73.42%`. */
function percent(basisPoints: number | null): string {
  return basisPoints === null ? 'no share' : `${(basisPoints / 100).toFixed(2)}%`;
}

/** The measures as an evaluator would read them out. */
export function inWords({ takeUp, drawnDown, stages }: Measures): string {
  const lines = [
    `Take-up: ${takeUp.accepted} of ${takeUp.enrolled} enrolled settings accepted (${percent(takeUp.acceptedOfEnrolled.basisPoints)}); ` +
      `${formatPence(takeUp.acceptedPence)} of ${formatPence(takeUp.budgetPence)} (${percent(takeUp.acceptedOfBudget.basisPoints)})`,
    `Drawn down: ${formatPence(drawnDown.releasedPence)} of ${formatPence(drawnDown.acceptedPence)} accepted ` +
      `(${percent(drawnDown.releasedOfAccepted.basisPoints)}); ${drawnDown.settingsPaid} settings paid, ${drawnDown.settingsFullyPaid} in full`,
    'Time in each stage (shortest / middle / longest, in days and hours):',
  ];
  for (const { stage, hours, settings, stillInStage } of stages) {
    const times =
      hours === null
        ? 'none yet'
        : [hours.minimum, hours.median, hours.maximum].map(daysAndHours).join(' / ');
    lines.push(`  ${stage.padEnd(20)} ${times}  (${settings} through, ${stillInStage} still in it)`);
  }
  return lines.join('\n');
}

function daysAndHours(hours: number): string {
  return `${Math.floor(hours / 24)}d ${hours % 24}h`;
}
