import { payments } from '#domain/payments';
import type { Outstanding, OutstandingFacts } from '#domain/programme';
import { report, reportEvents, type ReportEvent, type ReportState } from '#domain/reporting';
import { later, type Instant, type RecordedEvent } from '#kernel';
import type { Decisions, EventCodec, EventStore } from '#platform/event-store';
import { setImmediate as othersFirst } from 'node:timers/promises';
import { allocationEvents, type AllocationEvent } from '../../allocation/allocation.events.js';
import type { AllocationState } from '../../allocation/allocation-state.js';
import { allocation } from '../../allocation/allocation.js';
import { fund } from '../../fund/fund.js';
import { outstandingLines } from '../outstanding-lines.js';

type Seen = RecordedEvent<AllocationEvent | ReportEvent>;

const OF_REPORTS: ReadonlySet<string> = new Set(reportEvents.map(({ type }) => type));
const LOOKED_AT = [...allocationEvents, ...reportEvents].map(({ type }) => type);
/** Small enough that whoever else shares the thread waits a few milliseconds at most. */
const PAGE = 200;

/**
 * What programmes ask before they are closed: from the fund, the payments, and every allocation and report there is,
 * whether or not its setting is enrolled still.
 */
export class StreamOutstanding implements Outstanding {
  constructor(
    private readonly decisions: Decisions,
    private readonly store: EventStore,
    private readonly codec: EventCodec,
  ) {}

  async of(programmeId: string): Promise<OutstandingFacts> {
    const [money, paid, { allocations, reports, latestAt }] = await Promise.all([
      this.decisions.load(fund, programmeId),
      this.decisions.load(payments, programmeId),
      this.settings(programmeId),
    ]);
    const ends = [...money.history, ...paid.history].map(({ metadata }) => metadata.occurredAt);
    const all = latestAt === undefined ? ends : [...ends, latestAt];
    const lines = outstandingLines({ fund: money.state, payments: paid.state, allocations, reports });
    return { lines, latestAt: all.length === 0 ? undefined : all.reduce(later) };
  }

  private async settings(programmeId: string): Promise<{
    readonly allocations: readonly AllocationState[];
    readonly reports: readonly ReportState[];
    readonly latestAt: Instant | undefined;
  }> {
    const allocations = new Map<string, AllocationState>();
    const reports = new Map<string, ReportState>();
    let latestAt: Instant | undefined;
    for await (const page of this.store.readAll({ pageSize: PAGE, filter: { types: LOOKED_AT } })) {
      for (const stored of page) {
        const event = this.codec.decode(stored) as Seen;
        if (event.data.programmeId !== programmeId) continue;
        const { occurredAt } = event.metadata;
        latestAt = latestAt === undefined ? occurredAt : later(latestAt, occurredAt);
        const { stream } = event;
        if (isOfReport(event)) {
          reports.set(stream, report.evolve(reports.get(stream) ?? report.initial, event));
        } else {
          allocations.set(stream, allocation.evolve(allocations.get(stream) ?? allocation.initial, event));
        }
      }
      await othersFirst();
    }
    return { allocations: [...allocations.values()], reports: [...reports.values()], latestAt };
  }
}

function isOfReport(event: Seen): event is RecordedEvent<ReportEvent> {
  return OF_REPORTS.has(event.type);
}
