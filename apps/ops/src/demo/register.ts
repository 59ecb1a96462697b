import { settingEvents, type SettingEvent } from '#domain/settings';
import type { RecordedEvent } from '#kernel';
import type { EventCodec, EventStore } from '#platform/event-store';
import { MOST_SETTINGS } from './programme.js';

/** A setting as the imported files describe it. */
export interface RegisteredSetting {
  readonly urn: string;
  readonly name: string;
  readonly phase: string;
  readonly status: string;
  readonly place: string;
  /** `undefined`: no file has a figure for it. */
  readonly figure?: { readonly fte: string | null; readonly suppressedAs: string | null };
}

/** Reads back what was imported from the events themselves, in order of URN. */
export async function registeredSettings(
  store: EventStore,
  codec: EventCodec,
): Promise<readonly RegisteredSetting[]> {
  const settings = new Map<string, RegisteredSetting>();
  for await (const page of store.readAll({ filter: { types: settingEvents.map(({ type }) => type) } })) {
    for (const stored of page) {
      const event = codec.decode(stored) as RecordedEvent<SettingEvent>;
      const { urn } = event.data;
      if (event.type === 'WorkforceFigureRecorded') {
        const known = settings.get(urn);
        const { fte, suppressedAs } = event.data;
        if (known !== undefined) settings.set(urn, { ...known, figure: { fte, suppressedAs } });
      } else if (event.type === 'SettingRegistered' || event.type === 'SettingDetailsChanged') {
        const { name, phase, status, districtName, laName, laCode } = event.data;
        settings.set(urn, { urn, name, phase, status, place: districtName ?? laName ?? laCode });
      }
    }
  }
  return [...settings.values()].sort((a, b) => Number(a.urn) - Number(b.urn));
}

export function isOpen({ status }: RegisteredSetting): boolean {
  return status.startsWith('Open');
}

export interface Selection {
  readonly enrolled: readonly (RegisteredSetting & { readonly fte: string })[];
  /** Why each other setting takes no part. */
  readonly leftOut: readonly { readonly urn: string; readonly name: string; readonly why: string }[];
}

/** Who takes part: open settings of which it is known how many teachers they have, as many as the budget reaches. */
export function select(settings: readonly RegisteredSetting[]): Selection {
  const enrolled: (RegisteredSetting & { readonly fte: string })[] = [];
  const leftOut: Selection['leftOut'][number][] = [];
  for (const setting of settings) {
    const { urn, name, status, figure } = setting;
    const fte = figure?.fte ?? null;
    const why =
      status !== 'Open'
        ? `its status is '${status}'`
        : figure === undefined
          ? 'the workforce file has no row for it'
          : fte === null
            ? `its number of teachers is not known ('${figure.suppressedAs ?? ''}')`
            : enrolled.length >= MOST_SETTINGS
              ? `the budget reaches ${MOST_SETTINGS} settings`
              : undefined;
    if (why === undefined && fte !== null) enrolled.push({ ...setting, fte });
    else leftOut.push({ urn, name, why: why ?? '' });
  }
  return { enrolled, leftOut };
}

/** Where most of them are. */
export function commonPlace(settings: readonly RegisteredSetting[]): string {
  const counts = new Map<string, number>();
  for (const { place } of settings) counts.set(place, (counts.get(place) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'Somewhere';
}
