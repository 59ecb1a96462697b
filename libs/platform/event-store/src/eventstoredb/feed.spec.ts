import { describe, expect, it } from '@jest/globals';
import { Readable } from 'node:stream';
import { Feed } from './feed.js';

const SHORT = 30;
const forEver = new AbortController().signal;

function feedOf(): { readonly feed: Feed; readonly source: Readable } {
  const source = new Readable({ objectMode: true, read: () => undefined });
  return { feed: new Feed(source, async () => undefined), source };
}

describe('a feed', () => {
  it('tells of a mark that came while nobody was waiting', async () => {
    const { feed } = feedOf();
    expect(feed.take()).toBeUndefined();
    feed.note({ kind: 'searched', commit: 7n, prepare: 7n });
    expect(await feed.something(SHORT, forEver)).toBe(true);
    expect(feed.take()).toEqual({ kind: 'searched', commit: 7n, prepare: 7n });
    expect(await feed.something(SHORT, forEver)).toBe(false);
  });

  it('tells marks in their place among the events', async () => {
    const { feed, source } = feedOf();
    source.push('first');
    source.push('second');
    feed.note({ kind: 'caught-up' });
    source.push('third');
    const kinds: string[] = [];
    for (let taken = 0; taken < 4; taken += 1) {
      const item = await feed.next(SHORT, forEver);
      kinds.push(item?.kind === 'event' ? (item.event as unknown as string) : item!.kind);
    }
    expect(kinds).toEqual(['first', 'second', 'caught-up', 'third']);
  });
});
