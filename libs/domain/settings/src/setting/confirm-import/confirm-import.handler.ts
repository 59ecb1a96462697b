import { refusal, RefusalError, type Instant, type JsonObject, type Position } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { RECORDS, type Records } from '#platform/records';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Problems } from '#platform/csv';
import { READERS, type Importable } from '../dry-run-import/importable.js';
import { dryRunOf, importIdOf, type KeptDryRun } from '../dry-run-import/kept-dry-run.js';
import { lookAtRows, type LookedAt, type RowCounts } from '../dry-run-import/look-at-rows.js';
import { RowImport, type ImportProgress } from '../import-rows.js';

/** Does exactly what a dry run said: its new and changed rows are written, those it rejected are left out. */
export class ConfirmImport {
  constructor(
    readonly input: {
      readonly import: Importable;
      readonly token: string;
      /** The file of the dry run: it was not kept. */
      readonly content: Uint8Array;
      readonly progress?: ImportProgress;
    },
    readonly context: CommandContext,
  ) {}
}

export interface ImportConfirmed extends RowCounts {
  /** Correlates the events it wrote. */
  readonly importId: string;
  readonly file: string;
  readonly sha256: string;
  readonly rows: number;
  /** Of the last event written; `null` if none was. */
  readonly position: Position | null;
}

const MOST_NAMED = 20;

@CommandHandler(ConfirmImport)
export class ConfirmImportHandler implements ICommandHandler<ConfirmImport, ImportConfirmed> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(RECORDS) private readonly records: Records,
  ) {}

  /**
   * Confirmed again after a crash, it goes on; after that, it answers as before.
   * @throws RefusalError `IMPORT.DRY_RUN_UNKNOWN`; `IMPORT.CHANGED_SINCE_DRY_RUN`, which says what has changed
   */
  async execute({ input, context }: ConfirmImport): Promise<ImportConfirmed> {
    const { token, progress } = input;
    const dryRun = await dryRunOf(this.records, token, this.decisions.now());
    refuseOther(dryRun, input, context.occurredAt);
    const at = dryRun.occurredAt ?? this.decisions.now();
    const importId = importIdOf(token);
    const problems = new Problems(dryRun.file);
    const read = await READERS[dryRun.import](dryRun.file, input.content, problems);
    if (read.sha256 !== dryRun.sha256) throw otherFile(dryRun, read.sha256);
    const looked = await lookAtRows(read, problems, {
      decisions: this.decisions,
      by: context.actor,
      at,
      importId,
      since: dryRun.head === null ? -1n : BigInt(dryRun.head),
      ...(progress === undefined ? {} : { progress: (done, total) => progress(done, total * 2) }),
    });
    if (looked.digest !== dryRun.digest) throw changed(dryRun, looked);
    const written = await new RowImport(
      this.decisions,
      { ...context, commandId: importId, occurredAt: at },
      problems,
      progress,
      'confirm it again to finish; if a setting has changed meanwhile, make the dry run again',
    ).write(looked.toWrite, looked.rows);
    const { file, sha256 } = dryRun;
    return { importId, file, sha256, rows: read.rows, ...looked.counts, position: written.position };
  }
}

function refuseOther(
  dryRun: KeptDryRun,
  { import: what }: ConfirmImport['input'],
  occurredAt: Instant | undefined,
): void {
  if (what !== dryRun.import) {
    throw refused(`the dry run was of a ${dryRun.import} file, and this is to be a ${what} file`, {
      field: 'token',
    });
  }
  if (occurredAt !== undefined && occurredAt !== dryRun.occurredAt) {
    const then = dryRun.occurredAt === null ? 'was not said' : `was ${dryRun.occurredAt}`;
    throw refused(`occurredAt is ${occurredAt}, and in the dry run it ${then}`, { field: 'occurredAt' });
  }
}

/** @param sha256 empty for one that cannot even be read, as that of the dry run could */
function otherFile(dryRun: KeptDryRun, sha256: string): RefusalError {
  const is = sha256 === '' ? 'which this one, not to be read, cannot have' : `now it is ${sha256}`;
  return refused(
    `the file is not as it was in the dry run: that was ${dryRun.file} with the SHA-256 ${dryRun.sha256}, ${is}`,
    { field: 'file', sha256, dryRunSha256: dryRun.sha256 },
  );
}

function changed({ counts, at }: KeptDryRun, looked: LookedAt): RefusalError {
  const settings = looked.changedSettings.slice(0, MOST_NAMED);
  const more = looked.changedSettings.length - settings.length;
  const named = settings.map(({ urn, event, revision }) => `${urn} (${event}, now at revision ${revision})`);
  const what =
    named.length === 0
      ? 'what its rows come to has changed'
      : `${looked.changedSettings.length === 1 ? 'a setting has' : `${looked.changedSettings.length} settings have`} changed: ` +
        `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return refused(
    `since the dry run at ${at} ${what}. It said ${inWords(counts)}; now it would be ${inWords(looked.counts)}`,
    {
      settings: settings.map((one) => ({ ...one })),
      changedSettings: looked.changedSettings.length,
      said: { ...counts },
      now: { ...looked.counts },
    },
  );
}

function inWords({ new: added, changed: other, unchanged, rejected }: RowCounts): string {
  return `${added} new, ${other} changed, ${unchanged} unchanged, ${rejected} rejected`;
}

function refused(message: string, details: JsonObject): RefusalError {
  return new RefusalError(
    refusal(
      'IMPORT.CHANGED_SINCE_DRY_RUN',
      'stale',
      `${message}. Nothing was written now: make the dry run again`,
      details,
    ),
  );
}
