import { requireProgramme } from '#domain/programme';
import { instantFromMillis, millisOf, personOf, randomId, requireSlug } from '#kernel';
import { forEachOf } from '#platform/csv';
import { Decisions, type CommandContext } from '#platform/event-store';
import { RECORDS, type Records } from '#platform/records';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { answerOf, type BulkAnswer } from '../keep-bulk/bulk-answer.js';
import type { BulkAction, BulkDefaults } from '../read-rows/bulk-columns.js';
import { BulkFilters, type OnList } from '../read-rows/bulk-filters.js';
import {
  askedTwice,
  objectionTo,
  readBulkRows,
  rowsFound,
  type BulkRow,
  type BulkRows,
  type Objection,
} from '../read-rows/bulk-rows.js';
import { BULK_DAYS, BulkRecords, KEPT_BULK_DAYS, type KeptRow } from '../keep-bulk/kept-bulk.js';
import { NOBODY_ASKED, ROWS_AT_ONCE, RowCommands, type LookedAtRow } from '../run-row/row-commands.js';

export type BulkProgress = (done: number, total: number) => void;

/** Says what doing something for many settings would come to, row by row, and does nothing. */
export class DryRunBulk {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly action: BulkAction;
      readonly of:
        { readonly file: string; readonly content: Uint8Array } | { readonly filter: string } | OnList;
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

  /** @throws RefusalError `PROGRAMME.NOT_FOUND`; `BULK.*`, `IMPORT.*` and `QUERY.BAD_FILTER` for a file, filter or list of no use */
  async execute({ input, context }: DryRunBulk): Promise<BulkAnswer> {
    const { programmeId, action, defaults } = input;
    requireSlug(programmeId, 'programmeId');
    await requireProgramme(this.decisions, programmeId);
    this.decisions.momentOf(context);
    const { rows, ...file } = await this.rowsOf(input);
    const token = randomId();
    const kept = await this.lookAt(rows, input, context, token);
    const at = this.decisions.now();
    const after = (days: number) => instantFromMillis(millisOf(at) + days * DAY);
    const records = new BulkRecords(this.records, () => this.decisions.now());
    const bulk = await records.keep(
      token,
      {
        ...{ action, programmeId, ...file, defaults, rows: rows.length, at },
        ...{ expiresAt: after(BULK_DAYS), keptUntil: after(KEPT_BULK_DAYS) },
        ...{ by: personOf(context.actor), occurredAt: context.occurredAt ?? null },
      },
      kept,
    );
    return answerOf(token, { bulk, rows: kept });
  }

  private async rowsOf({ action, programmeId, of, defaults }: DryRunBulk['input']): Promise<BulkRows> {
    if ('content' in of) return readBulkRows(of.file, of.content, action, defaults);
    const found =
      'filter' in of
        ? await this.filters.find(action, programmeId, of.filter)
        : await this.filters.onList(action, programmeId, of, defaults);
    return rowsFound(found, action, defaults);
  }

  private async lookAt(
    rows: readonly BulkRow[],
    { programmeId, action, progress }: DryRunBulk['input'],
    context: CommandContext,
    token: string,
  ): Promise<readonly KeptRow[]> {
    const refused = ({ code, field, message }: Objection): LookedAtRow => ({
      ...{ outcome: 'refused', code, field, message, digest: NOBODY_ASKED },
    });
    const said = new Map<BulkRow, LookedAtRow>();
    const looking = this.commands.looking();
    await forEachOf(rows, ROWS_AT_ONCE, async (row) => {
      const objection = objectionTo(row, action);
      const of = { action, programmeId, row, token, context };
      said.set(row, objection === undefined ? await this.commands.lookAt(of, looking) : refused(objection));
      progress?.(said.size, rows.length);
    });
    // A row that is refused anyway stands in no other's way.
    const twice = askedTwice(
      rows.filter((row) => said.get(row)?.outcome !== 'refused'),
      action,
    );
    return rows.map((row) => {
      const objection = twice.get(row);
      return { row, said: objection === undefined ? said.get(row)! : refused(objection), result: null };
    });
  }
}
