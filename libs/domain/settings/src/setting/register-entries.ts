import type { Instant, RecordedEvent } from '#kernel';
import type { RegisterEntry, SettingEvent } from './setting.events.js';

type Entry = RecordedEvent<RegisterEntry>;

/** The entries of the register among the events of a setting. */
export function entriesOf(history: readonly RecordedEvent<SettingEvent>[]): readonly Entry[] {
  return history.filter(
    (event): event is Entry => event.type === 'SettingRegistered' || event.type === 'SettingDetailsChanged',
  );
}

/**
 * What the register had on a setting at a moment: the last entry that had happened by then, or else the first
 * one, so that whatever rests on it is refused for being before it. `undefined` if there is none.
 */
export function entryOn(history: readonly RecordedEvent<SettingEvent>[], at: Instant): Entry | undefined {
  const entries = entriesOf(history);
  return entries.findLast(({ metadata }) => metadata.occurredAt <= at) ?? entries[0];
}

/**
 * The entry by which a setting is closed: the first of those, up to the last of all, that say so; `undefined` if the last
 * does not.
 */
export function closureOf(history: readonly RecordedEvent<SettingEvent>[]): Entry | undefined {
  const entries = entriesOf(history);
  const lastOpen = entries.findLastIndex(({ data }) => data.status !== 'Closed');
  return entries[lastOpen + 1];
}
