// API, projector and worker killed with `kill -9` at random while people are at work: KILLS times in all (default 50 on
// the embedded engines and as often on servers), in an order that KILLS_SEED repeats.
import { afterAll, describe, expect, it } from '@jest/globals';
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../engines/free-port.js';
import { environmentOf, SERVERS, type RunningServer } from '../engines/servers.js';
import type { BackgroundProcess } from '../e2e/background-process.js';
import { Installation } from '../e2e/installation.js';
import { expectAllOnce, expectRemindersOnce, expectSameAsRebuilt, inTime } from './afterwards.js';
import { PeopleAtWork } from './people-at-work.js';

const KILLS = Number(process.env['KILLS'] ?? 50);
const SEED = Number(process.env['KILLS_SEED'] ?? randomInt(2 ** 31));
const CAUGHT_UP_MILLISECONDS = 90_000;
const LONGEST_LIFE = 800;

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function processesKilled(name: string, servers: typeof SERVERS): void {
  describe(`processes killed at random on ${name}, by KILLS_SEED=${SEED}`, () => {
    let installation: Installation | undefined;
    afterAll(() => installation?.close());

    it(`${KILLS} times: nothing acknowledged is lost, nothing is done twice, read models are as rebuilt`, async () => {
      const started: RunningServer[] = await Promise.all(servers.map((server) => server.start()));
      installation = await Installation.open({
        // People find the API where it was.
        environment: { ...environmentOf(started), PORT: String(await freePort()) },
        copies: 1,
        after: async () => {
          for (const server of started) await server.remove();
        },
      });
      const living = new Map(installation.background.map((one) => [one.name, one]));
      const people = await PeopleAtWork.begin(installation.api);
      const over = new AbortController();
      const working = people.work(over.signal);
      const next = chance(SEED);
      const logs: string[] = [];
      const killed = new Set<string>();
      const endedOtherwise: unknown[] = [];
      for (let kill = 0; kill < KILLS; kill += 1) {
        await Promise.race([sleep(next() * LONGEST_LIFE), working]);
        const which = (['api', 'projector', 'worker'] as const)[Math.floor(next() * 3)]!;
        const victim = which === 'api' ? installation.api : living.get(which)!;
        const how = await victim.stop('SIGKILL');
        if (how.signal !== 'SIGKILL') endedOtherwise.push([which, how, victim.stderr]);
        logs.push(victim.stderr);
        killed.add(which);
        if (which === 'api') await installation.startApi();
        else living.set(which, await installation.startBackground(which));
      }
      over.abort();
      await working;
      await installation.api.ready(CAUGHT_UP_MILLISECONDS);
      const last: BackgroundProcess[] = [...living.values()];
      for (const one of last) await one.ready(CAUGHT_UP_MILLISECONDS);
      logs.push(installation.api.stderr, ...last.map((one) => one.stderr));

      // Ready is caught up with the log; the jobs that are due are done soon after.
      await inTime(CAUGHT_UP_MILLISECONDS, () => expectRemindersOnce(installation!));
      await expectAllOnce(installation, people);
      for (const one of [installation.api, ...last])
        expect(await one.stop()).toEqual({ code: 0, signal: null });
      await expectSameAsRebuilt(installation);

      expect(endedOtherwise).toEqual([]);
      expect(logs.filter((log) => /unhandled|uncaught/i.test(log))).toEqual([]);
      // Otherwise the kills met nobody at work.
      expect(people.unanswered).toBeGreaterThan(0);
      expect(people.finished.length).toBeGreaterThan(KILLS / 2);
      if (KILLS >= 50) expect([...killed].sort()).toEqual(['api', 'projector', 'worker']);
    }, 600_000);
  });
}

processesKilled('embedded engines', []);
const missing = SERVERS.find(({ available }) => !available);
if (missing === undefined) processesKilled('servers (EventStoreDB is a double)', SERVERS);
else {
  describe.skip(`processes killed at random on servers: ${missing.missing}`, () => {
    it('lose nothing', () => undefined);
  });
}
