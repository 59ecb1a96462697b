import { requireProgramme } from '#domain/programme';
import { instantFromMillis, millisOf, personOf, randomId, requireSlug } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { RECORDS, type Records } from '#platform/records';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { answerOf, type BulkAnswer } from '../keep-bulk/bulk-answer.js';
import { BulkFilters } from '../read-rows/bulk-filters.js';
import {
  objectionTo,
  readBulkRows,
  rowsFound,
  targetOf,
  type BulkAction,
  type BulkDefaults,
  type BulkRow,
} from '../read-rows/bulk-rows.js';
import { BULK_DAYS, keepBulk, type KeptRow } from '../keep-bulk/kept-bulk.js';
import { bulkIdOf, RowCommands, type LookedAtRow } from '../run-row/row-commands.js';

export type BulkProgress = (done: number, total: number) => void;

/** Says what doing something for many settings would come to, row by row, and does nothing. */
export class DryRunBulk {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly action: BulkAction;
      readonly of: { readonly file: string; readonly content: Uint8Array } | { readonly filter: string };
      readonly defaults: BulkDefaults;
      readonly progress?: BulkProgress;
    },
    readonly context: CommandContext,
  ) {}
}

const DAY = 86_400_000;

@CommandHandler(DryRunBulk)
export class DryRunBulkHandler implements ICommandHandler<DryRunBulk, BulkAnswer> {
  constructor(
    private readonly decisions: Decisions,
    private readonly commands: RowCommands,
    private readonly filters: BulkFilters,
    @Inject(RECORDS) private readonly records: Records,
  ) {}

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`; `BULK.*` and `IMPORT.*` for a file or filter of no use */
  async execute({ input, context }: DryRunBulk): Promise<BulkAnswer> {
    const { programmeId, action, of, defaults } = input;
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    this.decisions.momentOf(context);
    const { header, rows } =
      'filter' in of
        ? rowsFound(await this.filters.find(action, programmeId, of.filter), defaults)
        : await readBulkRows(of.file, of.content, defaults);
    const token = randomId();
    const kept = await this.lookAt(rows, input, context, token);
    const at = this.decisions.now();
    const expiresAt = instantFromMillis(millisOf(at) + BULK_DAYS * DAY);
    const bulk = {
      ...{ action, programmeId, header, rows: rows.length, at, expiresAt },
      ...{ by: personOf(context.actor), occurredAt: context.occurredAt ?? null },
    };
    await keepBulk(this.records, token, bulk, kept);
    return answerOf(token, bulk, kept);
  }

  private async lookAt(
    rows: readonly BulkRow[],
    { programmeId, action, progress }: DryRunBulk['input'],
    context: CommandContext,
    token: string,
  ): Promise<readonly KeptRow[]> {
    const earlier = new Map<string, number>();
    const kept: KeptRow[] = [];
    for (const row of rows) {
      const objection = objectionTo(row, action, earlier);
      const said: LookedAtRow =
        objection === undefined
          ? await this.commands.lookAt({ action, programmeId, row, token, context })
          : { outcome: 'refused', ...objection, digest: bulkIdOf(token) };
      kept.push({ row, said, result: null });
      if (!earlier.has(targetOf(row, action))) earlier.set(targetOf(row, action), row.row);
      progress?.(kept.length, rows.length);
    }
    return kept;
  }
}
