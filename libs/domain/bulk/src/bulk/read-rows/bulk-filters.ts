import { auditsProjection } from '#domain/audits';
import { tranches, tranchesOf, type AllocationDocument } from '#domain/funding';
import { participationsProjection } from '#domain/programme';
import { GetWorkList, SAYING_WHOSE_TURN, type WorkItem, type WorkList } from '#domain/work-lists';
import { refusal, RefusalError } from '#kernel';
import { allOf, ReadModels } from '#platform/read-store';
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { BulkAction, BulkDefaults } from './bulk-columns.js';
import type { FoundRow } from './bulk-rows.js';

/** `all`: every enrolled setting. For tranches `proposed`: every one that waits for approval. */
export const BULK_FILTERS: Readonly<Record<BulkAction, readonly string[]>> = {
  enrol: ['invited'],
  extend: ['all', 'enrolled-not-audited'],
  remind: ['all', 'enrolled-not-audited'],
  approve: ['proposed'],
};

/** Whom something on a work list waits on. */
export interface OnList {
  /** Whose list: `setting`, `operations` and so on. */
  readonly list: string;
  /** What it is, such as `report`, what is to be done, such as `submit-report`, or words of it; without it, anything. */
  readonly item?: string;
}

/** Which settings those are is looked up; whether something may be done with each is decided on its own stream. */
@Injectable()
export class BulkFilters {
  constructor(
    private readonly models: ReadModels,
    private readonly queries: QueryBus,
  ) {}

  /** @throws RefusalError `BULK.FILTER` */
  async find(action: BulkAction, programmeId: string, filter: string): Promise<readonly FoundRow[]> {
    if (!BULK_FILTERS[action].includes(filter)) {
      const message = `'${filter}' is no filter for ${action}: it may be ${BULK_FILTERS[action].join(' or ')}`;
      throw new RefusalError(refusal('BULK.FILTER', 'invalid', message, { field: 'filter' }));
    }
    if (filter === 'proposed') return this.proposed(programmeId);
    await this.models.upToHead(participationsProjection);
    const found = await allOf(this.models.collection(participationsProjection), {
      where: { programmeId, status: filter === 'invited' ? 'invited' : 'enrolled' },
    });
    const audited = filter === 'enrolled-not-audited' ? await this.audited(programmeId) : new Set<string>();
    const urns = found.map(({ urn }) => urn).filter((urn) => !audited.has(urn));
    return urns.sort().map((urn) => ({ urn }));
  }

  /**
   * Every setting with something on a list. What is about a report or a tranche says which one; if a window is said for all, of
   * the reports on the list those for that window are meant.
   * @throws RefusalError `QUERY.BAD_FILTER` for what is no list
   */
  async onList(
    action: BulkAction,
    programmeId: string,
    { list, item = '' }: OnList,
    { window }: BulkDefaults,
  ): Promise<readonly FoundRow[]> {
    for (const projection of SAYING_WHOSE_TURN) await this.models.upToHead(projection);
    const { items } = await this.queries.execute<GetWorkList, WorkList>(
      new GetWorkList({ programmeId, desk: list, limit: 'all', bySetting: true }),
    );
    const wanted = items.filter(
      (one) =>
        one.urn !== '' &&
        isMeant(one, item) &&
        (action !== 'approve' || one.kind === 'tranche') &&
        (one.kind !== 'report' || window === undefined || numberOf(one) === window),
    );
    const found = new Map<string, FoundRow>();
    for (const one of wanted) {
      const row = rowOf(one, action, window);
      found.set(JSON.stringify(row), row);
    }
    return [...found.values()].sort(byPlace);
  }

  /** Begun is not audited: only what was completed counts. */
  private async audited(programmeId: string): Promise<ReadonlySet<string>> {
    await this.models.upToHead(auditsProjection);
    const audits = await allOf(this.models.collection(auditsProjection), { where: { programmeId } });
    return new Set(audits.filter(({ status }) => status !== 'started').map(({ urn }) => urn));
  }

  private async proposed(programmeId: string): Promise<readonly FoundRow[]> {
    await this.models.upToHead(tranches);
    const found = await allOf(this.models.collection<AllocationDocument>(tranches), {
      where: { programmeId },
    });
    return found
      .flatMap(tranchesOf)
      .filter(({ status }) => status === 'proposed')
      .map(({ urn, number }) => ({ urn, tranche: String(number) }))
      .sort(byPlace);
  }
}

function isMeant({ kind, action, toDo }: WorkItem, item: string): boolean {
  const asked = item.trim().toLowerCase();
  return kind === asked || action === asked || toDo.toLowerCase().includes(asked);
}

function numberOf({ id }: WorkItem): string {
  return id.split('.').at(-1) ?? '';
}

function rowOf(item: WorkItem, action: BulkAction, window: string | undefined): FoundRow {
  const { kind, urn } = item;
  const number = numberOf(item);
  if (action === 'approve') return { urn, tranche: number };
  if (action === 'enrol' || window !== undefined || kind !== 'report') return { urn };
  return { urn, window: number };
}

function byPlace(a: FoundRow, b: FoundRow): number {
  if (a.urn !== b.urn) return a.urn < b.urn ? -1 : 1;
  return Number(a.window ?? a.tranche) - Number(b.window ?? b.tranche);
}
