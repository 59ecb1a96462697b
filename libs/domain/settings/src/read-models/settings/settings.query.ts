import { refusal, RefusalError } from '#kernel';
import { waitFor } from '#platform/http';
import { LARGEST_FIND, ReadModels, type Page } from '#platform/read-store';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { settingsProjection, sortNameOf, type SettingDocument } from './settings.projection.js';

/** All that are given must hold. Of the two kinds of area at most one. */
export interface SettingsFilter {
  readonly laCode?: string;
  readonly districtCode?: string;
  readonly phase?: string;
  readonly status?: string;
  /** Whether the number of teachers is known; given alone. */
  readonly fteStatus?: 'known' | 'unknown' | 'entered';
  /** How the name begins; capitals and accents count for nothing. */
  readonly name?: string;
}

/** Settings by name. */
export class ListSettings {
  constructor(
    readonly filter: SettingsFilter = {},
    readonly options: { readonly atLeast?: string; readonly cursor?: string; readonly limit?: number } = {},
  ) {}
}

const LAST_CHARACTER = '\u{10ffff}';
const LONGEST_FILTER = 200;
const FTE_STATUSES: ReadonlySet<string> = new Set(['known', 'unknown', 'entered']);

@QueryHandler(ListSettings)
export class ListSettingsHandler implements IQueryHandler<ListSettings, Page<SettingDocument>> {
  constructor(private readonly models: ReadModels) {}

  /** @throws RefusalError `QUERY.BAD_FILTER`, `QUERY.BAD_LIMIT`, `QUERY.BAD_CURSOR`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION` */
  async execute({
    filter,
    options: { atLeast, cursor, limit },
  }: ListSettings): Promise<Page<SettingDocument>> {
    refuseFilter(filter);
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= LARGEST_FIND)) {
      throw bad('QUERY.BAD_LIMIT', 'limit', `must be a whole number from 1 to ${LARGEST_FIND}`);
    }
    await waitFor(this.models, settingsProjection, atLeast);
    const { name, ...equal } = filter;
    const from = name === undefined ? '' : sortNameOf(name);
    return this.models.collection(settingsProjection).find({
      where: { ...equal, ...(from === '' ? {} : { sortName: { from, to: from + LAST_CHARACTER } }) },
      sort: [{ field: 'sortName', direction: 'ascending' }],
      limit: limit ?? 100,
      ...(cursor === undefined ? {} : { cursor }),
    });
  }
}

function refuseFilter(filter: SettingsFilter): void {
  for (const [field, value] of Object.entries(filter)) {
    if (typeof value !== 'string' || value.length > LONGEST_FILTER) {
      throw bad('QUERY.BAD_FILTER', field, `must be one text of at most ${LONGEST_FILTER} characters`);
    }
  }
  if (filter.fteStatus !== undefined) {
    if (!FTE_STATUSES.has(filter.fteStatus)) {
      throw bad('QUERY.BAD_FILTER', 'fteStatus', `must be one of ${[...FTE_STATUSES].join(', ')}`);
    }
    if (Object.keys(filter).some((field) => field !== 'fteStatus' && field !== 'name')) {
      throw bad('QUERY.BAD_FILTER', 'fteStatus', 'cannot be given together with another filter than name');
    }
  }
  if (filter.laCode !== undefined && filter.districtCode !== undefined) {
    throw bad('QUERY.BAD_FILTER', 'districtCode', 'cannot be given together with laCode');
  }
}

function bad(code: string, field: string, rule: string): RefusalError {
  return new RefusalError(refusal(code, 'invalid', `${field} ${rule}`, { field }));
}

export class GetSetting {
  constructor(
    readonly urn: string,
    readonly atLeast?: string,
  ) {}
}

@QueryHandler(GetSetting)
export class GetSettingHandler implements IQueryHandler<GetSetting, SettingDocument> {
  constructor(private readonly models: ReadModels) {}

  /** @throws RefusalError `SETTING.NOT_FOUND`, `READ_MODEL.BEHIND`, `QUERY.BAD_POSITION` */
  async execute({ urn, atLeast }: GetSetting): Promise<SettingDocument> {
    await waitFor(this.models, settingsProjection, atLeast);
    const document = await this.models.collection(settingsProjection).get(urn);
    if (document !== undefined) return document;
    throw new RefusalError(
      refusal('SETTING.NOT_FOUND', 'not-found', `there is no setting ${urn} in the register`, {
        field: 'urn',
        urn,
      }),
    );
  }
}
