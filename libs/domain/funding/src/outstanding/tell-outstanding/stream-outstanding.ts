import { payments } from '#domain/payments';
import {
  continuityDecided,
  partTakenOver,
  programme,
  transferReplaced,
  type Outstanding,
  type OutstandingFacts,
  type ParticipationEvent,
} from '#domain/programme';
import { report, reportEvents, type ReportEvent, type ReportState } from '#domain/reporting';
import { namesNow } from '#domain/settings';
import { derivedId, factOf, later, systemActor, type Instant, type Pence, type RecordedEvent } from '#kernel';
import type { CommandContext, Decisions, EventCodec, EventStore } from '#platform/event-store';
import type { ReadModels } from '#platform/read-store';
import { setImmediate as othersFirst } from 'node:timers/promises';
import { allocationEvents, type AllocationEvent } from '../../allocation/allocation.events.js';
import { costPence, type AllocationState } from '../../allocation/allocation-state.js';
import { allocation } from '../../allocation/allocation.js';
import type { FundState } from '../../fund/fund-state.js';
import { isUnsettled } from '../../fund/fund-closing.js';
import { fund } from '../../fund/fund.js';
import { openingOf } from '../../fund/open-fund/open-fund.handler.js';
import { readAround } from '../../read-models/tranches/around.js';
import { withTurns } from '../outstanding-around.js';
import { outstandingLines, type Taker, type Unfinished } from '../outstanding-lines.js';

type OfParts = Extract<
  ParticipationEvent,
  { type: 'PartTakenOver' | 'ContinuityDecided' | 'TransferReplaced' }
>;
type Seen = RecordedEvent<AllocationEvent | ReportEvent | OfParts>;

type OfSettings = Omit<Unfinished, 'fund' | 'payments'>;

const OF_REPORTS: ReadonlySet<string> = new Set(reportEvents.map(({ type }) => type));
const LOOKED_AT = [
  ...allocationEvents,
  ...reportEvents,
  ...[partTakenOver, continuityDecided, transferReplaced],
].map(({ type }) => type);
/** Small enough that whoever else shares the thread waits a few milliseconds at most. */
const PAGE = 200;

/**
 * What programmes ask before they are closed: from the fund, the payments, and every allocation and report there is,
 * whether or not its setting is enrolled still. Who acts on it is said as on the work lists, from the read models: that decides nothing.
 */
export class StreamOutstanding implements Outstanding {
  constructor(
    private readonly decisions: Decisions,
    private readonly store: EventStore,
    private readonly codec: EventCodec,
    private readonly models: ReadModels,
  ) {}

  async of(programmeId: string): Promise<OutstandingFacts> {
    const [money, paid, { latestAt, ...settings }] = await Promise.all([
      this.decisions.load(fund, programmeId),
      this.decisions.load(payments, programmeId),
      this.settings(programmeId),
    ]);
    const ends = [...money.history, ...paid.history].map(({ metadata }) => metadata.occurredAt);
    const all = latestAt === undefined ? ends : [...ends, latestAt];
    const unfinished = { fund: money.state, payments: paid.state, ...(await this.underNamesNow(settings)) };
    const closed = money.history.find(({ type }) => type === 'FundClosed');
    const lines = outstandingLines(unfinished);
    const isShown = lines.some(({ urn }) => urn !== null);
    return {
      lines: isShown ? withTurns(lines, await readAround(this.models, this.decisions, programmeId)) : lines,
      latestAt: all.length === 0 ? undefined : all.reduce(later),
      fundClosed: closed === undefined ? null : factOf(closed),
    };
  }

  /** What has to end is shown as of now; who decides takes no notice of names. */
  private async underNamesNow(settings: OfSettings): Promise<OfSettings> {
    const { allocations, takenOver } = settings;
    const offered = allocations.filter((one) => one.status !== 'none');
    const takers = [...takenOver];
    const urns = [...offered, ...takers.map(([, taker]) => taker)].map(({ urn }) => urn);
    const nameOf = await namesNow(this.models, urns);
    const called = <N extends Pick<Taker, 'urn' | 'settingName'>>(one: N): N => ({
      ...one,
      settingName: nameOf(one.urn, one.settingName),
    });
    return {
      ...settings,
      allocations: offered.map(called),
      takenOver: new Map(takers.map(([urn, taker]) => [urn, called(taker)])),
    };
  }

  async closeFund(
    { programmeId, reason }: { readonly programmeId: string; readonly reason: string },
    context: CommandContext,
  ): Promise<void> {
    const { expectedRevision: _, ...onFund } = context;
    await this.openFund(programmeId, onFund);
    const { state } = await this.decisions.load(fund, programmeId);
    const data = { reason, costs: await this.costsOf(state) };
    await this.decisions.execute(
      fund,
      programmeId,
      { type: 'CloseFund', data },
      {
        ...onFund,
        commandId: derivedId('close-fund', programmeId, context.commandId),
        causationId: context.commandId,
      },
    );
  }

  /** Where the policy has not come to it yet: nothing was ever promised from it. */
  private async openFund(programmeId: string, context: CommandContext): Promise<void> {
    const [{ state }, { history }] = await Promise.all([
      this.decisions.load(fund, programmeId),
      this.decisions.load(programme, programmeId),
    ]);
    const created = history.find((event) => event.type === 'ProgrammeCreated');
    if (state.status !== 'none' || created === undefined) return;
    const { request, ...said } = openingOf(created);
    const byItself = { actor: systemActor('open-fund'), causationId: context.commandId };
    await this.decisions.execute(fund, programmeId, request, { ...context, ...byItself, ...said });
  }

  /** What those allocations came to, by reservation, that are closed and whose money is committed still. */
  private async costsOf(state: FundState): Promise<Record<string, Pence>> {
    const costs: Record<string, Pence> = {};
    if (state.status === 'none') return costs;
    for (const reservation of Object.values(state.reservations)) {
      const { reservationId, allocationId } = reservation;
      if (!isUnsettled(reservation)) continue;
      const { state: allocated } = await this.decisions.load(allocation, allocationId);
      if (allocated.status !== 'closed' || allocated.reservationId !== reservationId) continue;
      costs[reservationId] = costPence(allocated);
    }
    return costs;
  }

  private async settings(
    programmeId: string,
  ): Promise<OfSettings & { readonly latestAt: Instant | undefined }> {
    const allocations = new Map<string, AllocationState>();
    const reports = new Map<string, ReportState>();
    const takenOver = new Map<string, Taker>();
    const reclaimed = new Set<string>();
    let latestAt: Instant | undefined;
    for await (const page of this.store.readAll({ pageSize: PAGE, filter: { types: LOOKED_AT } })) {
      for (const stored of page) {
        const event = this.codec.decode(stored) as Seen;
        if (event.data.programmeId !== programmeId) continue;
        const { occurredAt } = event.metadata;
        latestAt = latestAt === undefined ? occurredAt : later(latestAt, occurredAt);
        const { stream } = event;
        if (event.type === 'PartTakenOver') {
          const { urn, settingName, from } = event.data;
          takenOver.set(from.urn, { urn, settingName, since: occurredAt });
        } else if (event.type === 'ContinuityDecided' || event.type === 'TransferReplaced') {
          if (event.data.outcome === 'reclaim') reclaimed.add(event.data.urn);
        } else if (isOfReport(event)) {
          reports.set(stream, report.evolve(reports.get(stream) ?? report.initial, event));
        } else {
          allocations.set(stream, allocation.evolve(allocations.get(stream) ?? allocation.initial, event));
        }
      }
      await othersFirst();
    }
    const [allocated, reported] = [[...allocations.values()], [...reports.values()]];
    return { allocations: allocated, reports: reported, takenOver, reclaimed, latestAt };
  }
}

function isOfReport(event: Seen): event is RecordedEvent<ReportEvent> {
  return OF_REPORTS.has(event.type);
}
