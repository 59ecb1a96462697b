import { RefusalError } from '#kernel';
import { ConcurrencyConflict, LARGEST_APPEND_BYTES, type ExpectedRevision } from '#platform/event-store';
import { expect, it } from '@jest/globals';
import {
  collect,
  freshStream,
  idsOf,
  isAscending,
  newEvent,
  newEvents,
  type Open,
} from './event-store.fixture.js';

async function errorOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

export function appendContract({ store, another }: Open): void {
  const conflict = async (
    stream: string,
    expected: ExpectedRevision,
    events = newEvents(1),
  ): Promise<ConcurrencyConflict> => {
    const error = await errorOf(store().append(stream, expected, events));
    expect(error).toBeInstanceOf(ConcurrencyConflict);
    expect((error as ConcurrencyConflict).stream).toBe(stream);
    expect((error as ConcurrencyConflict).expected).toBe(expected);
    return error as ConcurrencyConflict;
  };

  it('numbers a stream from 0 and tells revision and position of the last event', async () => {
    const stream = freshStream();
    const first = await store().append(stream, 'no-stream', newEvents(1));
    const second = await store().append(stream, 0n, newEvents(3));
    expect([first.revision, second.revision]).toEqual([0n, 3n]);
    const events = await collect(store().readStream(stream));
    expect(events.map((event) => event.revision)).toEqual([0n, 1n, 2n, 3n]);
    expect(isAscending(events.map((event) => event.position))).toBe(true);
    expect([first.position, second.position]).toEqual([events[0]!.position, events[3]!.position]);
  });

  it('gives back what was appended, whatever it is made of', async () => {
    const stream = freshStream('odd %_\'"\\ naïve 記録 🦉');
    const event = {
      ...newEvent('Type with %_\'" 🦉'),
      data: {
        text: 'quote \' " \\ newline \n nul \0 emoji 🦉',
        deep: { list: [1, null, true, -0.5, 1e21] },
        '': '',
      },
      metadata: { at: '2024-01-01T00:00:00.000Z', empty: {} },
    };
    const { position } = await store().append(stream, 'no-stream', [event]);
    expect(await collect(store().readStream(stream))).toEqual([{ ...event, stream, revision: 0n, position }]);
  });

  it('refuses any revision but the current one, tells which that is, and writes nothing', async () => {
    const stream = freshStream();
    expect((await conflict(stream, 0n)).actual).toBe('no-stream');
    await store().append(stream, 'no-stream', newEvents(2));
    for (const wrong of ['no-stream', 0n, 2n, 9_999_999_999_999_999_999n, -1n] as const) {
      expect((await conflict(stream, wrong)).actual).toBe(1n);
    }
    expect(await collect(store().readStream(stream))).toHaveLength(2);
  });

  it('is all or nothing', async () => {
    const stream = freshStream();
    await store().append(stream, 'no-stream', newEvents(1));
    await conflict(stream, 'no-stream', newEvents(5));
    expect(await collect(store().readStream(stream))).toHaveLength(1);
  });

  it('answers the first result to the same append again, even after later ones, and writes nothing', async () => {
    const stream = freshStream();
    const before = await store().append(stream, 'no-stream', newEvents(2));
    const events = newEvents(3);
    const first = await store().append(stream, before.revision, events);
    expect(await store().append(stream, 1n, events)).toEqual(first);
    await store().append(stream, 4n, newEvents(2));
    expect(await store().append(stream, 1n, events)).toEqual(first);
    const elsewhere = await another();
    expect(await elsewhere.append(stream, 1n, events)).toEqual(first);
    await elsewhere.close();
    expect(await collect(store().readStream(stream))).toHaveLength(7);
  });

  it('answers the same append again when the two are under way at once', async () => {
    const stream = freshStream();
    const events = newEvents(2);
    const results = await Promise.all(
      Array.from({ length: 8 }, () => store().append(stream, 'no-stream', events)),
    );
    expect(new Set(results.map((result) => result.position)).size).toBe(1);
    expect(idsOf(await collect(store().readStream(stream)))).toEqual(idsOf(events));
  });

  it('answers a prefix of an earlier batch with the result of that prefix', async () => {
    const stream = freshStream();
    const events = newEvents(3);
    await store().append(stream, 'no-stream', events);
    const stored = await collect(store().readStream(stream));
    expect(await store().append(stream, 'no-stream', events.slice(0, 2))).toEqual({
      revision: 1n,
      position: stored[1]!.position,
    });
    expect(await collect(store().readStream(stream))).toEqual(stored);
  });

  it('takes ids alone for identity: other data under an old id stays unwritten', async () => {
    const stream = freshStream();
    const event = newEvent('Happened', { n: 1 });
    const first = await store().append(stream, 'no-stream', [event]);
    expect(await store().append(stream, 'no-stream', [{ ...event, data: { n: 2 } }])).toEqual(first);
    expect((await collect(store().readStream(stream)))[0]!.data).toEqual({ n: 1 });
  });

  it('refuses old ids mixed with new ones', async () => {
    const stream = freshStream();
    const old = newEvents(2);
    await store().append(stream, 'no-stream', old);
    await conflict(stream, 'no-stream', [old[0]!, newEvent()]);
    await conflict(stream, 'no-stream', [newEvent(), old[1]!]);
    await conflict(stream, 'no-stream', [...old, newEvent()]);
    await conflict(stream, 'no-stream', [old[1]!, old[0]!]);
    expect(idsOf(await collect(store().readStream(stream)))).toEqual(idsOf(old));
  });

  it('only checks the revision when there is nothing to append', async () => {
    const stream = freshStream();
    expect(await store().append(stream, 'no-stream', [])).toEqual({
      revision: 'no-stream',
      position: undefined,
    });
    await conflict(stream, 0n, []);
    await store().append(stream, 'no-stream', newEvents(2));
    expect(await store().append(stream, 1n, [])).toEqual({ revision: 1n, position: undefined });
    await conflict(stream, 'no-stream', []);
    await conflict(stream, 0n, []);
    expect(await collect(store().readStream(stream))).toHaveLength(2);
  });

  it('takes an append of the largest size and refuses one byte more, counted in UTF-8 over the batch', async () => {
    const stream = freshStream();
    const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
    const half = { ...newEvent('Happened', { text: 'é'.repeat(LARGEST_APPEND_BYTES / 4) }) };
    const room = LARGEST_APPEND_BYTES - bytes(half.data) - 2 * bytes(half.metadata) - bytes({ text: '' });
    const rest = (length: number) => newEvent('Happened', { text: 'x'.repeat(length) });
    const error = await errorOf(store().append(stream, 'no-stream', [half, rest(room + 1)]));
    expect(error).toBeInstanceOf(RefusalError);
    expect((error as RefusalError).code).toBe('STORE.APPEND_TOO_LARGE');
    expect(await collect(store().readStream(stream))).toEqual([]);
    expect((await store().append(stream, 'no-stream', [half, rest(room)])).revision).toBe(1n);
    expect((await collect(store().readStream(stream)))[0]!.data).toEqual(half.data);
  });

  it('takes thousands of small events at once', async () => {
    const stream = freshStream();
    const events = newEvents(3000);
    expect((await store().append(stream, 'no-stream', events)).revision).toBe(2999n);
    expect(idsOf(await collect(store().readStream(stream)))).toEqual(idsOf(events));
  });

  it('refuses names of streams that some engine would not keep', async () => {
    for (const name of ['', '$system', 'half-\ud800']) {
      await expect(store().append(name, 'no-stream', newEvents(1))).rejects.toThrow(TypeError);
    }
  });
}
