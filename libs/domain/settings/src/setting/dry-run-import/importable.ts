import type { Problems } from '#platform/csv';
import type { RowsOfFile } from '../import-rows.js';
import { readLinks } from '../import-links/read-links.js';
import { readSettings } from '../import-settings/read-settings.js';
import { readFigures } from '../import-workforce/read-figures.js';
import type { Successors } from '../setting.events.js';
import type { SettingCommand, SettingState } from '../setting.js';

/** The files that can be imported after a dry run. */
export const IMPORTABLE = ['settings', 'workforce', 'links'] as const;
export type Importable = (typeof IMPORTABLE)[number];

export const READERS: Readonly<
  Record<Importable, (file: string, content: Uint8Array, problems: Problems) => Promise<RowsOfFile>>
> = { settings: readSettings, workforce: readFigures, links: readLinks };

/** What a row would change of a setting: a field as it is, `null` if it is not known, and as it would be. */
export interface FieldChange {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

type Data = Readonly<Record<string, unknown>>;

/**
 * How a row's data differ from what is known; `undefined` if nothing is, so that the row is new. The source is no
 * difference of its own: where something was read does not make it another fact.
 */
export function changesOf(
  { type, data }: Pick<SettingCommand, 'type' | 'data'>,
  state: SettingState,
): readonly FieldChange[] | undefined {
  if (state.status === 'unregistered') return undefined;
  const known = knownBefore(type, state);
  if (known === null) return undefined;
  return Object.entries(data as Data)
    .filter(([field, value]) => field !== 'source' && said(value) !== said(known[field]))
    .map(([field, value]) => ({ field, from: said(known[field]), to: said(value) }));
}

function knownBefore(
  type: SettingCommand['type'],
  { details, figure, successors }: Extract<SettingState, { status: 'registered' }>,
): Data | null {
  if (type === 'RegisterSetting') return details;
  return type === 'NameSuccessors' ? successors : figure;
}

/** Successors by URN, with what the file calls the link and its day. */
function said(value: unknown): string | null {
  if (!Array.isArray(value)) return typeof value === 'string' ? value : null;
  return (value as Successors['successors'])
    .map(({ urn, link, linkedOn }) => `${urn} (${link}${linkedOn === null ? '' : `, ${linkedOn}`})`)
    .join(', ');
}
