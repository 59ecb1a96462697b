import { refusal, RefusalError, samePerson, type Position } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { RECORDS, type Records } from '#platform/records';
import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { answerOf, type BulkAnswer } from '../keep-bulk/bulk-answer.js';
import type { BulkAction } from '../read-rows/bulk-rows.js';
import type { BulkProgress } from '../dry-run-bulk/dry-run-bulk.handler.js';
import { bulkOf, keepResult, type KeptBulk, type VersionedRow } from '../keep-bulk/kept-bulk.js';
import { bulkIdOf, RowCommands } from '../run-row/row-commands.js';

/** Does what a dry run said, one command for each row. */
export class ConfirmBulk {
  constructor(
    readonly input: {
      readonly programmeId: string;
      readonly action: BulkAction;
      readonly token: string;
      readonly progress?: BulkProgress;
    },
    readonly context: CommandContext,
  ) {}
}

const MOST_NAMED = 20;

/**
 * What came of each row is kept as soon as it is known, and the id of its command is derived from the token and the
 * row: confirmed again after a crash, it goes on where it was and does nothing twice.
 */
@CommandHandler(ConfirmBulk)
export class ConfirmBulkHandler implements ICommandHandler<ConfirmBulk, BulkAnswer> {
  constructor(
    private readonly decisions: Decisions,
    private readonly commands: RowCommands,
    @Inject(RECORDS) private readonly records: Records,
  ) {}

  /** @throws RefusalError `BULK.UNKNOWN`, `BULK.ANOTHER_ACTION`, `BULK.ANOTHER_PERSON`, `BULK.CHANGED_SINCE_DRY_RUN` */
  async execute({ input, context: by }: ConfirmBulk): Promise<BulkAnswer> {
    const { token, progress } = input;
    const { bulk, rows } = await bulkOf(this.records, input, this.decisions.now());
    refuseOther(bulk, input.action, by);
    const { action, programmeId, expiresAt } = bulk;
    const context = { ...by, ...(bulk.occurredAt === null ? {} : { occurredAt: bulk.occurredAt }) };
    const of = (one: VersionedRow) => ({ action, programmeId, row: one.row, token, context });
    const left = rows.filter(({ result }) => result === null);
    await this.refuseChanged(left, of);
    let position: Position | null = null;
    const finished = rows.filter(({ result }) => result !== null).length;
    for (const [index, one] of left.entries()) {
      const {
        outcome,
        code,
        message,
        position: at,
      } = one.said.outcome === 'done'
        ? await this.commands.carryOut(of(one))
        : { ...one.said, position: null };
      position = at ?? position;
      const result = { outcome, code, message };
      await keepResult(this.records, token, { row: one, result, expiresAt }, this.decisions.now());
      progress?.(finished + index + 1, rows.length);
    }
    const after = await bulkOf(this.records, input, this.decisions.now());
    return answerOf(token, after.bulk, after.rows, position);
  }

  private async refuseChanged(
    left: readonly VersionedRow[],
    of: (one: VersionedRow) => Parameters<RowCommands['lookAt']>[0],
  ): Promise<void> {
    const changed: VersionedRow[] = [];
    for (const one of left) {
      if (one.said.digest === bulkIdOf(of(one).token)) continue; // Refused in itself: nobody was asked.
      const { digest } = await this.commands.lookAt(of(one));
      if (digest !== one.said.digest) changed.push(one);
    }
    if (changed.length === 0) return;
    const named = changed.slice(0, MOST_NAMED).map(({ row }) => ({ row: row.row, urn: row.urn }));
    const more = changed.length > named.length ? ` and ${changed.length - named.length} more` : '';
    const words = named.map(({ row, urn }) => `row ${row} (${urn})`).join(', ');
    const message = `since the dry run something has changed that these rest on: ${words}${more}. Nothing was written now: make the dry run again`;
    throw new RefusalError(refusal('BULK.CHANGED_SINCE_DRY_RUN', 'stale', message, { rows: named }));
  }
}

function refuseOther(bulk: KeptBulk, action: BulkAction, { actor, occurredAt }: CommandContext): void {
  if (bulk.action !== action) {
    const message = `the dry run was to ${bulk.action}, and this is to ${action}`;
    throw new RefusalError(refusal('BULK.ANOTHER_ACTION', 'stale', message, { field: 'token' }));
  }
  if (!samePerson(bulk.by, actor)) {
    const message = `${bulk.by.subject} made the dry run: what somebody else may do has to be looked at anew, make your own`;
    throw new RefusalError(refusal('BULK.ANOTHER_PERSON', 'not-allowed', message, { field: 'token' }));
  }
  if (occurredAt !== undefined && occurredAt !== bulk.occurredAt) {
    const message = `occurredAt is ${occurredAt}, and in the dry run it was ${bulk.occurredAt ?? 'not said'}`;
    throw new RefusalError(refusal('BULK.CHANGED_SINCE_DRY_RUN', 'stale', message, { field: 'occurredAt' }));
  }
}
