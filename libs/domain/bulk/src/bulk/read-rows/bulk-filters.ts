import { auditsProjection } from '#domain/audits';
import { tranches, tranchesOf, type AllocationDocument } from '#domain/funding';
import { participationsProjection } from '#domain/programme';
import { refusal, RefusalError } from '#kernel';
import { allOf, ReadModels } from '#platform/read-store';
import { Injectable } from '@nestjs/common';
import type { BulkAction } from './bulk-rows.js';

/** `all`: every enrolled setting. For tranches `proposed`: every one that waits for approval. */
export const BULK_FILTERS: Readonly<Record<BulkAction, readonly string[]>> = {
  enrol: ['invited'],
  extend: ['all', 'enrolled-not-audited'],
  remind: ['all', 'enrolled-not-audited'],
  approve: ['proposed'],
};

export type FoundRow = { readonly urn: string; readonly tranche?: string };

/** Which settings those are is looked up; whether something may be done with each is decided on its own stream. */
@Injectable()
export class BulkFilters {
  constructor(private readonly models: ReadModels) {}

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
      .sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : Number(a.tranche) - Number(b.tranche)));
  }
}
