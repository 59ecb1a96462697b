import { instantFromMillis, millisOf, randomId, type Instant } from '#kernel';
import { Decisions, EVENT_STORE, type CommandContext, type EventStore } from '#platform/event-store';
import { RECORDS, type Records } from '#platform/records';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { fileNameFrom, Problems, type Encoding } from '#platform/csv';
import type { ImportProgress } from '../import-rows.js';
import { READERS, type Importable } from './importable.js';
import { DRY_RUN_HOURS, importIdOf, keepDryRun } from './kept-dry-run.js';
import { lookAtRows, MOST_ROWS_TOLD, type LookedAt, type RowCounts } from './look-at-rows.js';

/** Says what importing a file would do, and does nothing. */
export class DryRunImport {
  constructor(
    readonly input: {
      readonly import: Importable;
      /** The name to cite it by; of a path the last part counts. */
      readonly file: string;
      readonly content: Uint8Array;
      readonly progress?: ImportProgress;
    },
    readonly context: CommandContext,
  ) {}
}

export interface ImportDryRun extends RowCounts {
  /** Confirms it, for as long as nothing that it rests on has changed. */
  readonly token: string;
  readonly expiresAt: Instant;
  readonly import: Importable;
  readonly file: string;
  readonly sha256: string;
  readonly encoding: Encoding;
  readonly rows: number;
  /** The first 1,000 rows of each outcome; of rejected ones, everything that is wrong with them. */
  readonly told: LookedAt['told'];
}

const HOUR = 3_600_000;

@CommandHandler(DryRunImport)
export class DryRunImportHandler implements ICommandHandler<DryRunImport, ImportDryRun> {
  constructor(
    private readonly decisions: Decisions,
    @Inject(EVENT_STORE) private readonly events: Pick<EventStore, 'head'>,
    @Inject(RECORDS) private readonly records: Records,
  ) {}

  /** @throws RefusalError `IMPORT.*` for a file of which no row can be used */
  async execute({ input, context }: DryRunImport): Promise<ImportDryRun> {
    const file = fileNameFrom(input.file);
    const at = this.decisions.momentOf(context);
    const problems = new Problems(file, MOST_ROWS_TOLD);
    const read = await READERS[input.import](file, input.content, problems);
    if (read.sha256 === '' || problems.foundInFile) problems.throwIfFound();
    const token = randomId();
    const head = await this.events.head();
    const looked = await lookAtRows(read, problems, {
      decisions: this.decisions,
      by: context.actor,
      at,
      importId: importIdOf(token),
      ...(input.progress === undefined ? {} : { progress: input.progress }),
    });
    const now = this.decisions.now();
    const expiresAt = instantFromMillis(millisOf(now) + DRY_RUN_HOURS * HOUR);
    const { sha256, encoding, rows } = read;
    const { counts, digest, told } = looked;
    const kept = { import: input.import, file, sha256, counts, digest, at: now };
    const rest = { occurredAt: context.occurredAt ?? null, head: head?.toString() ?? null };
    await keepDryRun(this.records, token, { ...kept, ...rest }, expiresAt);
    return { token, expiresAt, import: input.import, file, sha256, encoding, rows, ...counts, told };
  }
}
