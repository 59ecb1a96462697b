import { ApproveTranche, ApproveTrancheHandler } from '#domain/funding';
import {
  EnrolSetting,
  EnrolSettingHandler,
  ExtendReportDeadlines,
  ExtendReportDeadlinesHandler,
} from '#domain/programme';
import { RemindSetting, RemindSettingHandler } from '#domain/reporting';
import { derivedId, refusal, RefusalError, type Clock } from '#kernel';
import {
  CLOCK,
  Decisions,
  EVENT_STORE,
  EventCodec,
  type CommandContext,
  type EventStore,
} from '#platform/event-store';
import { ReadModels } from '#platform/read-store';
import { Inject, Injectable } from '@nestjs/common';
import { BULK_COLUMNS, type BulkAction, type BulkColumn } from '../read-rows/bulk-columns.js';
import type { BulkRow } from '../read-rows/bulk-rows.js';
import { LookingStore, type Looking } from './looking-store.js';

/** How many are looked at or carried out at once: an engine that is far away answers as many in the time of one. */
export const ROWS_AT_ONCE = 8;
/** Digest of a row that is refused in itself. */
export const NOBODY_ASKED = '';

/** What came of one row, or would. */
export interface RowOutcome {
  readonly outcome: 'done' | 'nothing-to-do' | 'refused';
  readonly code: string | null;
  /** The column of what was refused, where it is one. */
  readonly field: string | null;
  readonly message: string | null;
}

export interface LookedAtRow extends RowOutcome {
  /** Over every stream that was read, how far it went, and what the row would come to. */
  readonly digest: string;
}

/** Correlates the events of one confirmation. */
export function bulkIdOf(token: string): string {
  return derivedId('bulk', token.toLowerCase());
}

/** One command for each row, through the handler that any other way in goes through. */
@Injectable()
export class RowCommands {
  constructor(
    private readonly decisions: Decisions,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    private readonly codec: EventCodec,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly models: ReadModels,
  ) {}

  /** For one pass over many rows. */
  looking(): Looking {
    return new Map();
  }

  async lookAt(of: OfRow, looking: Looking): Promise<LookedAtRow> {
    return (await this.looked(of, looking)).row;
  }

  /**
   * What it comes to now is decided once more; if that rests on something that has changed since the dry run, nothing
   * is written. What it has written already, before a crash, is told again.
   */
  async carryOut(of: OfRow, said: LookedAtRow): Promise<RowOutcome> {
    const { row, isDone } = await this.looked(of, this.looking());
    if (!isDone && row.digest !== said.digest) {
      const message = `row ${of.row.row}: since the dry run something has changed that it rests on: send it again`;
      return { outcome: 'refused', code: 'BULK.CHANGED_SINCE_DRY_RUN', field: null, message };
    }
    return this.run(of, this.decisions);
  }

  private async looked(
    of: OfRow,
    looking: Looking,
  ): Promise<{ readonly row: LookedAtRow; readonly isDone: boolean }> {
    const own = { bulk: bulkIdOf(of.token), row: rowIdOf(of) };
    const store = new LookingStore(this.events, own, looking);
    const decisions = new Decisions(store, this.codec, this.clock);
    const said = await this.run(of, decisions);
    const seen = [...store.seen].sort(([a], [b]) => (a < b ? -1 : 1));
    const digest = derivedId('bulk-row', said.outcome, said.code ?? '', ...seen.flat());
    return { row: { ...said, digest }, isDone: store.isDone };
  }

  private async run(of: OfRow, decisions: Decisions): Promise<RowOutcome> {
    try {
      const events = await this.execute(of, decisions);
      const outcome = events === 0 ? 'nothing-to-do' : 'done';
      return { outcome, code: null, field: null, message: null };
    } catch (error) {
      if (!(error instanceof RefusalError) || PASSING.has(error.refusal.kind)) throw error;
      const { code, message, details } = error.refusal;
      const field = columnNamed(details['field']);
      return { outcome: 'refused', code, field, message: `row ${of.row.row}: ${message}` };
    }
  }

  /** @returns how many events it led to */
  private async execute(of: OfRow, decisions: Decisions): Promise<number> {
    const { action, programmeId, row, context: by } = of;
    const id = rowIdOf(of);
    const context = { ...by, commandId: id, correlationId: bulkIdOf(of.token), causationId: id };
    const { urn } = row;
    switch (action) {
      case 'enrol':
        return counted(
          await new EnrolSettingHandler(decisions).execute(new EnrolSetting({ programmeId, urn }, context)),
        );
      case 'remind': {
        const input = { programmeId, urn, window: Number(row.window) };
        return counted(await new RemindSettingHandler(decisions).execute(new RemindSetting(input, context)));
      }
      case 'approve': {
        const input = { programmeId, urn, number: Number(row.tranche) };
        return counted(
          await new ApproveTrancheHandler(decisions).execute(new ApproveTranche(input, context)),
        );
      }
      case 'extend': {
        const { dueOn = '', closesOn, reason = '' } = row;
        const input = { programmeId, urns: [urn], window: Number(row.window), dueOn, reason };
        const handler = new ExtendReportDeadlinesHandler(decisions, this.models);
        const extend = { ...input, ...(closesOn === undefined ? {} : { closesOn }) };
        const { settings, extended } = await handler.execute(new ExtendReportDeadlines(extend, context));
        const [setting] = settings;
        if (setting?.outcome !== 'refused') return extended;
        const { code, message } = setting;
        // Of the engine's trouble it tells as of a rule: the code says which it is.
        const kind = code?.startsWith('STORE.') === true ? 'busy' : 'wrong-state';
        throw new RefusalError(refusal(code ?? '', kind, message ?? ''));
      }
      default:
        return action satisfies never;
    }
  }
}

export interface OfRow {
  readonly action: BulkAction;
  readonly programmeId: string;
  readonly row: BulkRow;
  readonly token: string;
  readonly context: CommandContext;
}

/** The engine's trouble, not the row's: it ends the run, which is confirmed again later. */
const PASSING: ReadonlySet<string> = new Set(['busy', 'unavailable', 'full']);

function counted(outcome: { readonly events: readonly unknown[] }): number {
  return outcome.events.length;
}

/** Names the command of one row, and what its events come from. */
function rowIdOf({ token, row }: OfRow): string {
  return derivedId('bulk-row', bulkIdOf(token), String(row.row));
}

function columnNamed(field: unknown): string | null {
  if (typeof field !== 'string') return null;
  return field in BULK_COLUMNS ? BULK_COLUMNS[field as BulkColumn].names[0] : null;
}
