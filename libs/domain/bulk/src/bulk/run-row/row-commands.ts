import { ApproveTranche, ApproveTrancheHandler } from '#domain/funding';
import {
  EnrolSetting,
  EnrolSettingHandler,
  ExtendReportDeadlines,
  ExtendReportDeadlinesHandler,
} from '#domain/programme';
import { RemindSetting, RemindSettingHandler } from '#domain/reporting';
import { derivedId, refusal, RefusalError, type Clock, type Position } from '#kernel';
import {
  CLOCK,
  Decisions,
  EVENT_STORE,
  EventCodec,
  type CommandContext,
  type EventStore,
} from '#platform/event-store';
import { Outbox } from '#platform/outbox';
import { ReadModels } from '#platform/read-store';
import { Inject, Injectable } from '@nestjs/common';
import type { BulkAction, BulkRow } from '../read-rows/bulk-rows.js';
import { LookingStore } from './looking-store.js';

/** What came of one row, or would. */
export interface RowOutcome {
  readonly outcome: 'done' | 'nothing-to-do' | 'refused';
  readonly code: string | null;
  readonly message: string | null;
}

export interface RowDone extends RowOutcome {
  readonly position: Position | null;
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
    private readonly outbox: Outbox,
  ) {}

  async lookAt(of: OfRow): Promise<LookedAtRow> {
    const looking = new LookingStore(this.events, bulkIdOf(of.token));
    const decisions = new Decisions(looking, this.codec, this.clock);
    // A looking outbox has nothing and takes nothing.
    const outbox = { find: () => Promise.resolve(undefined), deliver: (id: string) => Promise.resolve(id) };
    const { outcome, code, message } = await this.run(of, decisions, outbox as unknown as Outbox);
    const digest = derivedId('bulk-row', outcome, code ?? '', ...[...looking.seen].flat());
    return { outcome, code, message, digest };
  }

  carryOut(of: OfRow): Promise<RowDone> {
    return this.run(of, this.decisions, this.outbox);
  }

  private async run(of: OfRow, decisions: Decisions, outbox: Outbox): Promise<RowDone> {
    try {
      const { events, position } = await this.execute(of, decisions, outbox);
      const outcome = events === 0 ? 'nothing-to-do' : 'done';
      return { outcome, code: null, message: null, position: events === 0 ? null : position };
    } catch (error) {
      if (!(error instanceof RefusalError) || PASSING.has(error.refusal.kind)) throw error;
      const { code, message } = error.refusal;
      return { outcome: 'refused', code, message: `row ${of.row.row}: ${message}`, position: null };
    }
  }

  private async execute(
    { action, programmeId, row, token, context: by }: OfRow,
    decisions: Decisions,
    outbox: Outbox,
  ): Promise<{ readonly events: number; readonly position: Position | null }> {
    const id = bulkIdOf(token);
    const ids = { commandId: derivedId('bulk-row', id, String(row.row)), correlationId: id, causationId: id };
    const context = { ...by, ...ids };
    const { urn } = row;
    switch (action) {
      case 'enrol':
        return counted(
          await new EnrolSettingHandler(decisions).execute(new EnrolSetting({ programmeId, urn }, context)),
        );
      case 'remind': {
        const input = { programmeId, urn, window: Number(row.window) };
        return counted(
          await new RemindSettingHandler(decisions, outbox).execute(new RemindSetting(input, context)),
        );
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
        const { settings, extended, position } = await handler.execute(
          new ExtendReportDeadlines(extend, context),
        );
        const [setting] = settings;
        if (setting?.outcome !== 'refused') return { events: extended, position };
        throw new RefusalError(refusal(setting.code ?? '', 'wrong-state', setting.message ?? ''));
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

function counted(outcome: { readonly events: readonly unknown[]; readonly position: Position }): {
  readonly events: number;
  readonly position: Position;
} {
  return { events: outcome.events.length, position: outcome.position };
}
