import { derivedId, isRefusal, refusal, RefusalError, type Instant, type Position } from '#kernel';
import type { CommandContext, Decisions, Outcome } from '#platform/event-store';
import { forEachOf, type Problems, type CsvFile } from '#platform/csv';
import { setting, type SettingCommand } from './setting.js';

/** As many commands under way at once: appends that arrive together share one fsync. */
const AT_ONCE = 64;

/** What one row of a file asks for. */
export interface RowCommand {
  readonly row: number;
  readonly urn: string;
  readonly request: Pick<SettingCommand, 'type' | 'data'>;
  /** At which its setting was looked at, -1 if there was none; one that has changed since is refused. */
  readonly expectedRevision?: bigint;
}

/** A file that could be read, as the commands its rows ask for. */
export interface RowsOfFile extends CsvFile {
  readonly commands: readonly RowCommand[];
  /** URNs that stand in more than one row. */
  readonly repeated: ReadonlySet<string>;
}

/** Told now and then: rows looked at or written, of how many steps in all. */
export type ImportProgress = (done: number, total: number) => void;

export interface ImportedRows {
  /** How many events of each type were written. */
  readonly written: ReadonlyMap<string, number>;
  readonly unchanged: number;
  /** Of the last event written; `null` if none was. A query that waits for it sees the import. */
  readonly position: Position | null;
}

/**
 * Decides every row before any is written, so that one bad row leaves nothing behind; then writes. An import is
 * one command a row, not one transaction: after a crash the same file is imported again, and only what is
 * missing is written.
 */
export class RowImport {
  private readonly at: Instant;
  private readonly context: CommandContext;
  private readonly written = new Map<string, number>();
  private position: Position | null = null;

  constructor(
    private readonly decisions: Decisions,
    context: CommandContext,
    private readonly problems: Problems,
    private readonly progress: ImportProgress = () => undefined,
    private readonly toFinish = 'import the same file again to finish',
  ) {
    this.at = context.occurredAt ?? decisions.now();
    const { commandId, correlationId, causationId, actor } = context;
    this.context = { commandId, correlationId, causationId, actor, occurredAt: this.at };
  }

  /** @throws RefusalError what {@link Problems.throwIfFound} says, or why a row could not be written */
  async run(rows: readonly RowCommand[]): Promise<ImportedRows> {
    const toWrite: RowCommand[] = [];
    let done = 0;
    await forEachOf(rows, AT_ONCE, async (row) => {
      if (await this.asksForSomething(row)) toWrite.push(row);
      this.progress((done += 1), rows.length * 2);
    });
    this.problems.throwIfFound();
    return this.write(toWrite, rows.length);
  }

  /**
   * Writes those rows of a file that ask for something.
   * @param total how many rows have been looked at
   */
  async write(toWrite: readonly RowCommand[], total: number): Promise<ImportedRows> {
    let done = total * 2 - toWrite.length;
    this.progress(done, total * 2);
    let rowsWritten = 0;
    try {
      await forEachOf(toWrite, AT_ONCE, async (row) => {
        this.count(await this.decisions.execute(setting, row.urn, row.request, this.contextOf(row)));
        rowsWritten += 1;
        this.progress((done += 1), total * 2);
      });
    } catch (error) {
      throw rowsWritten === 0 ? error : this.unfinished(error, rowsWritten, toWrite.length);
    }
    return {
      written: this.written,
      unchanged: total - toWrite.length,
      position: this.position,
    };
  }

  private contextOf({ urn, expectedRevision }: RowCommand): CommandContext {
    const { context } = this;
    return {
      ...context,
      commandId: rowCommandId(context.commandId, urn),
      causationId: context.commandId,
      ...(expectedRevision === undefined ? {} : { expectedRevision }),
    };
  }

  private async asksForSomething(row: RowCommand): Promise<boolean> {
    const { commandId } = this.contextOf(row);
    const { state, history } = await this.decisions.load(setting, row.urn);
    // Asked for before by this very command: it is to be answered as it was then.
    if (history.some((event) => event.metadata.commandId === commandId)) return true;
    const command = { ...row.request, by: this.context.actor, at: this.at } as SettingCommand;
    const decision = setting.decide(command, state);
    if (!isRefusal(decision)) return decision.length > 0;
    const { field } = decision.details;
    this.problems.add(decision.code, row.row, typeof field === 'string' ? field : null, decision.message);
    return false;
  }

  private count({ events, position }: Outcome): void {
    for (const { type } of events) this.written.set(type, (this.written.get(type) ?? 0) + 1);
    if (events.length > 0 && (this.position === null || position > this.position)) this.position = position;
  }

  /** The engine gave out, or somebody else changed a row, half-way. */
  private unfinished(error: unknown, written: number, total: number): unknown {
    if (!(error instanceof RefusalError)) return error;
    const { code, kind, message, details } = error.refusal;
    return new RefusalError(
      refusal(code, kind, `${message}; ${written} of ${total} rows had been written: ${this.toFinish}`, {
        ...details,
        rowsWritten: written,
        rowsToWrite: total,
      }),
    );
  }
}

/** The id of the command that a row of an import asks for. */
export function rowCommandId(importId: string, urn: string): string {
  return derivedId('import-row', importId, urn);
}
