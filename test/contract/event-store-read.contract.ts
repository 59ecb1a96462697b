import { LARGEST_PAGE, type EventFilter, type NewEvent, type StoredEvent } from '#platform/event-store';
import { beforeAll, expect, it } from '@jest/globals';
import {
  collect,
  collectAll,
  freshCategory,
  freshStream,
  idsOf,
  isAscending,
  newEvent,
  newEvents,
  type Open,
} from './event-store.fixture.js';

export function readContract({ store }: Open): void {
  const long = freshStream();
  const longEvents = newEvents(1234);

  beforeAll(async () => {
    for (let at = 0; at < longEvents.length; at += 500) {
      const expected = at === 0 ? 'no-stream' : BigInt(at - 1);
      await store().append(long, expected, longEvents.slice(at, at + 500));
    }
  });

  const append = async (stream: string, ...events: NewEvent[]): Promise<void> => {
    const there = await collect(store().readStream(stream, { direction: 'backwards', limit: 1 }));
    await store().append(stream, there[0]?.revision ?? 'no-stream', events);
  };
  const matching = (filter: EventFilter, pageSize?: number): Promise<StoredEvent[]> =>
    collectAll(store().readAll({ filter, ...(pageSize === undefined ? {} : { pageSize }) }));

  it('yields nothing for a stream that does not exist', async () => {
    expect(await collect(store().readStream(freshStream()))).toEqual([]);
    expect(await collect(store().readStream(freshStream(), { direction: 'backwards' }))).toEqual([]);
  });

  it('reads a stream forwards and backwards, however long', async () => {
    expect(idsOf(await collect(store().readStream(long)))).toEqual(idsOf(longEvents));
    expect(idsOf(await collect(store().readStream(long, { direction: 'backwards' })))).toEqual(
      idsOf(longEvents).toReversed(),
    );
  });

  it('reads a stream from a revision, inclusive, no more than asked for', async () => {
    const revisions = async (from: bigint, limit: number, direction: 'forwards' | 'backwards') =>
      (await collect(store().readStream(long, { from, limit, direction }))).map((event) => event.revision);
    expect(await revisions(3n, 2, 'forwards')).toEqual([3n, 4n]);
    expect(await revisions(3n, 2, 'backwards')).toEqual([3n, 2n]);
    expect(await revisions(1n, 5, 'backwards')).toEqual([1n, 0n]);
    expect(await revisions(1232n, 5, 'forwards')).toEqual([1232n, 1233n]);
    expect(await revisions(5000n, 5, 'forwards')).toEqual([]);
    expect(await revisions(5000n, 1, 'backwards')).toEqual([1233n]);
    expect(await revisions(0n, 0, 'forwards')).toEqual([]);
    expect(await revisions(0n, 1100, 'forwards')).toHaveLength(1100);
  });

  it('lets a reader leave in the middle', async () => {
    const seen: string[] = [];
    for await (const event of store().readStream(long)) {
      seen.push(event.id);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(idsOf(longEvents.slice(0, 3)));
  });

  it('reads all in the order of positions, in pages of the size asked for at most, none empty', async () => {
    const pages = await collect(store().readAll({ pageSize: 100 }));
    expect(pages.every((page) => page.length > 0 && page.length <= 100)).toBe(true);
    const all = pages.flat();
    expect(isAscending(all.map((event) => event.position))).toBe(true);
    expect(idsOf(all.filter((event) => event.stream === long))).toEqual(idsOf(longEvents));
    expect(all.filter((event) => event.stream === long)).toEqual(await collect(store().readStream(long)));
  });

  it('starts after a position and stops at one, inclusive', async () => {
    const events = await collect(store().readStream(long));
    const [first, last] = [events[10]!, events[20]!];
    const options = { after: first.position, upTo: last.position, filter: { streamPrefixes: [long] } };
    const read = await collectAll(store().readAll(options));
    expect(read).toEqual(events.slice(11, 21));
    expect(await collectAll(store().readAll({ ...options, after: last.position }))).toEqual([]);
  });

  it('stops at the head there was at the call', async () => {
    const category = freshCategory();
    await append(freshStream(category), newEvent());
    const reading = store().readAll({ filter: { streamPrefixes: [`${category}-`] } });
    await append(freshStream(category), newEvent());
    expect(await collectAll(reading)).toHaveLength(1);
  });

  it('refuses pages of no size, or of more than the largest', () => {
    for (const pageSize of [0, -1, 1.5, Number.NaN, LARGEST_PAGE + 1]) {
      expect(() => store().readAll({ pageSize })).toThrow(RangeError);
    }
  });

  it('filters by type and by prefix of the stream, and by both', async () => {
    const [mine, other] = [freshCategory(), freshCategory()];
    const [red, blue] = [freshCategory(), freshCategory()];
    await append(freshStream(mine), newEvent(red), newEvent(blue), newEvent(red));
    await append(freshStream(other), newEvent(blue), newEvent(red));
    const count = async (types?: string[], streamPrefixes?: string[]): Promise<number> =>
      (await matching({ ...(types && { types }), ...(streamPrefixes && { streamPrefixes }) })).length;
    expect(await count([red])).toBe(3);
    expect(await count([red, blue])).toBe(5);
    expect(await count([], [mine])).toBe(3);
    expect(await count(undefined, [mine, other])).toBe(5);
    expect(await count([red], [mine])).toBe(2);
    expect(await count([red, blue], [other, mine])).toBe(5);
    expect(await count([red.slice(0, -1)], [mine])).toBe(0);
    expect(await count([red.toUpperCase()], [mine])).toBe(0);
    expect(await count([red], [''])).toBe(3);
  });

  it('takes absent and empty filters for none', async () => {
    const everything = idsOf(await collectAll(store().readAll()));
    expect(idsOf(await matching({}))).toEqual(everything);
    expect(idsOf(await matching({ types: [], streamPrefixes: [] }))).toEqual(everything);
  });

  it('takes a prefix literally, whatever characters it has', async () => {
    const category = freshCategory();
    const names = [
      'a%b',
      'a_b',
      'axb',
      'axxb',
      'A%b',
      'a',
      'é',
      'ée',
      'f',
      '🦉',
      '🦉x',
      '\ud7ff',
      '\ue000',
      '*',
      '[a]',
    ];
    for (const name of names) await append(`${category}${name}`, newEvent());
    const found = async (prefix: string): Promise<string[]> =>
      (await matching({ streamPrefixes: [`${category}${prefix}`] })).map((event) =>
        event.stream.slice(category.length),
      );
    for (const prefix of [...names, '', 'a%', 'a_', 'ax', '%', '_', '\u{10ffff}']) {
      expect(await found(prefix)).toEqual(names.filter((name) => name.startsWith(prefix)));
    }
  });

  it('finds few events among many, in pages of any size', async () => {
    const category = freshCategory();
    const rare = freshStream(category);
    const common = freshStream();
    for (let n = 0; n < 5; n += 1) {
      await append(rare, newEvent('Rare', { n }));
      await append(common, ...newEvents(1500));
    }
    for (const pageSize of [1, 2, 5, 500]) {
      const found = await matching({ streamPrefixes: [`${category}-`] }, pageSize);
      expect(found.map((event) => event.data)).toEqual([0, 1, 2, 3, 4].map((n) => ({ n })));
    }
    expect(await matching({ types: ['Rare'], streamPrefixes: [common] })).toEqual([]);
  });

  it('leaves the caller’s thread free between pages', async () => {
    let turns = 0;
    let pages = 0;
    const tick = setInterval(() => (turns += 1), 0);
    const turning = setImmediate(function again() {
      turns += 1;
      if (pages >= 0) setImmediate(again);
    });
    for await (const _page of store().readAll({ pageSize: 50 })) pages += 1;
    clearInterval(tick);
    clearImmediate(turning);
    const seen = pages;
    pages = -1;
    expect(seen).toBeGreaterThan(20);
    expect(turns).toBeGreaterThanOrEqual(seen - 1);
  });

  it('knows its head', async () => {
    const { position } = await store().append(freshStream(), 'no-stream', newEvents(2));
    const head = await store().head();
    expect(head! >= position!).toBe(true);
    expect((await collectAll(store().readAll({ after: position! - 1n }))).at(-1)!.position).toBe(head);
  });
}
