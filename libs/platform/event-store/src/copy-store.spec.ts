import { randomId } from '#kernel';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyStore } from './copy-store.js';
import type { EventStore, NewEvent } from './event-store.js';
import { openSqliteEventStore } from './sqlite/sqlite-event-store.js';

const happened = (): NewEvent => ({ id: randomId(), type: 'Happened', data: {}, metadata: {} });

/** A real store, with somebody who writes to it as soon as it was appended to. */
function besides(store: EventStore, write: (stream: string) => Promise<unknown>): EventStore {
  return new Proxy(store, {
    get: (target, name) =>
      name === 'append'
        ? async (...given: Parameters<EventStore['append']>) => {
            const appended = await target.append(...given);
            await write(given[0]);
            return appended;
          }
        : (Reflect.get(target, name) as () => unknown).bind?.(target),
  });
}

describe('a copy of a store', () => {
  let folder: string;
  let from: EventStore;
  let to: EventStore;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tranche-copy-'));
    from = await openSqliteEventStore({ path: join(folder, 'from.sqlite') });
    to = await openSqliteEventStore({ path: join(folder, 'to.sqlite') });
    await from.append('one-1', 'no-stream', [happened(), happened()]);
    await from.append('two-1', 'no-stream', [happened()]);
    await from.append('one-1', 1n, [happened()]);
  });
  afterEach(async () => {
    await from.close();
    await to.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is the whole log, whatever of it was there', async () => {
    expect(await copyStore(from, to)).toMatchObject({ events: 4, written: 4 });
    expect(await copyStore(from, to)).toMatchObject({ events: 4, written: 0 });
  });

  it('is refused of a target that has been worked with since, and writes nothing', async () => {
    await copyStore(from, to);
    await to.append('three-1', 'no-stream', [happened()]);
    await from.append('four-1', 'no-stream', [happened()]);
    await expect(copyStore(from, to)).rejects.toMatchObject({ code: 'COPY.OTHER_HISTORY' });
    const before = await to.head();
    const short = await openSqliteEventStore({ path: join(folder, 'short.sqlite') });
    await copyStore(short, to).catch(() => undefined);
    await expect(copyStore(short, to)).rejects.toMatchObject({ code: 'COPY.TARGET_AHEAD' });
    expect(await to.head()).toBe(before);
    await short.close();
  });

  it('is refused while somebody else writes to what is being copied', async () => {
    const shared = besides(to, (stream) =>
      stream === 'one-1' ? to.append(stream, 1n, [happened()]) : Promise.resolve(),
    );
    await expect(copyStore(from, shared)).rejects.toMatchObject({
      code: 'COPY.TARGET_IN_USE',
      refusal: { details: { stream: 'one-1' } },
    });
  });

  it('is refused if the target has something else as well in the end', async () => {
    const shared = besides(to, () => to.append(`other-${randomId()}`, 'no-stream', [happened()]));
    await expect(copyStore(from, shared)).rejects.toMatchObject({
      code: 'COPY.NOT_EQUAL',
      refusal: { details: { source: 4, target: 7 } },
    });
  });
});
