import { describe, expect, it } from '@jest/globals';
import { append, dataFolder, runnerOn, until } from './projection.ledger.js';

describe('a process that only looks how far another brings a read model', () => {
  it('takes it for caught up once it has what there was at the first look, however much comes after', async () => {
    await using folder = await dataFolder();
    const first = await append(folder.events, 200);
    const store = await folder.open();
    // People are at work all the time: whenever somebody looks, the log has just grown.
    let looks = 0;
    const events = new Proxy(folder.events, {
      get: (target, name) => {
        if (name === 'head') return async () => first + BigInt(10 * looks++);
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
    const looking = runnerOn(store, { ...folder, events });
    const stop = new AbortController();
    const watching = looking.watch(stop.signal);
    await until(() => looks > 0 && looking.status().state === 'standing-by');
    expect(looking.status().caughtUp).toBe(false);
    await runnerOn(await folder.open(), folder).runToHead();
    await until(() => looking.status().caughtUp, 3000);
    stop.abort();
    await watching;
    expect(looks).toBeGreaterThan(0);
  });
});
