import { randomId, type JsonObject, type Position } from '#kernel';
import type { EventFilter, EventStore, NewEvent, StoredEvent, Subscription } from '#platform/event-store';

export interface Open {
  /** The one that is open throughout the suite. */
  readonly store: () => EventStore;
  /** One more on the same store. */
  readonly another: () => Promise<EventStore>;
}

/** A stream nobody has written to; those of one category begin with `<category>-`. */
export function freshStream(category = freshCategory()): string {
  return `${category}-${randomId()}`;
}

export function freshCategory(): string {
  return `t${randomId().replaceAll('-', '')}`;
}

export function newEvent(type = 'Happened', data: JsonObject = {}): NewEvent {
  return { id: randomId(), type, data, metadata: { note: 'of a test' } };
}

export function newEvents(count: number, type = 'Happened'): NewEvent[] {
  return Array.from({ length: count }, (_, n) => newEvent(type, { n }));
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

export async function collectAll(source: AsyncIterable<readonly StoredEvent[]>): Promise<StoredEvent[]> {
  return (await collect(source)).flat();
}

export function idsOf(events: readonly { readonly id: string }[]): string[] {
  return events.map((event) => event.id);
}

export function isAscending(positions: readonly Position[]): boolean {
  return positions.every((position, index) => index === 0 || positions[index - 1]! < position);
}

/** Waits until `condition` holds. */
export async function until(condition: () => boolean, what: string, milliseconds = 5000): Promise<void> {
  const deadline = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited ${milliseconds} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A subscriber that writes down what it is told. */
export class Listener {
  readonly events: StoredEvent[] = [];
  readonly searched: Position[] = [];
  readonly caughtUp: (Position | undefined)[] = [];
  readonly subscription: Subscription;

  constructor(
    store: EventStore,
    options: { after?: Position | undefined; filter?: EventFilter; pageSize?: number } = {},
    work: (events: readonly StoredEvent[]) => Promise<void> = async () => undefined,
  ) {
    this.subscription = store.subscribe({
      after: undefined,
      ...options,
      handle: async (events, searchedTo) => {
        await work(events);
        this.events.push(...events);
        this.searched.push(searchedTo);
      },
      caughtUp: (position) => this.caughtUp.push(position),
    });
  }

  hasSearchedTo(position: Position): boolean {
    return (this.searched.at(-1) ?? -1n) >= position;
  }
}
