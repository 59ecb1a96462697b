// Each engine stopped in good order and killed with `kill -9` while people are at work: they are refused or have to
// wait, nobody is told that something was done which was not, and soon after it is back all is as if it had never gone.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentOf, SERVERS, type RunningServer } from '../engines/servers.js';
import { Installation } from '../e2e/installation.js';
import { expectAllOnce, expectRemindersOnce, expectSameAsRebuilt, inTime } from './afterwards.js';
import { PeopleAtWork } from './people-at-work.js';

const AWAY_MILLISECONDS = 6000;
const CAUGHT_UP_MILLISECONDS = 90_000;
/** Of one core, while there is nothing to do but to refuse people and to try again. */
const MOST_CPU = 0.6;
const MOST_LINES = 400;
const TICKS_PER_SECOND = 100;

interface Process {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly stderr: string;
}

/** @returns processor seconds that it has used so far */
function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function enginesAway(): void {
  let installation: Installation;
  let started: readonly RunningServer[];
  let people: PeopleAtWork;
  let working: Promise<void>;
  const over = new AbortController();

  beforeAll(async () => {
    started = await Promise.all(SERVERS.map((server) => server.start()));
    installation = await Installation.open({
      environment: environmentOf(started),
      copies: 1,
      after: async () => {
        for (const server of started) await server.remove();
      },
    });
    people = await PeopleAtWork.begin(installation.api);
    working = people.work(over.signal);
    working.catch(() => undefined); // Told where it is awaited.
  });
  afterAll(async () => {
    over.abort();
    await installation.close();
  });

  const processes = (): Process[] => [
    {
      name: 'api',
      url: installation.api.url,
      pid: installation.api.child.pid!,
      stderr: installation.api.stderr,
    },
    ...installation.background.map(({ name, url, child, stderr }) => ({
      name,
      url,
      pid: child.pid!,
      stderr,
    })),
  ];
  const readyOf = async (): Promise<Record<string, boolean>> =>
    Object.fromEntries(
      await Promise.all(
        processes().map(async ({ name, url }) => [
          name,
          await fetch(`${url}/health/ready`).then(
            ({ ok }) => ok,
            () => false,
          ),
        ]),
      ),
    ) as Record<string, boolean>;
  const expectAllReady = async (): Promise<void> => {
    expect(await readyOf()).toEqual({ api: true, projector: true, worker: true });
  };

  /** Which processes cannot do their work without it. */
  const NEEDED_BY = [['api', 'projector', 'worker'], ['api', 'projector'], ['worker']];

  describe.each(SERVERS.map(({ name }, index) => [name, index] as const))('%s', (_name, index) => {
    it.each(['SIGTERM', 'SIGKILL'] as const)(
      'ended by %s and started again: refusals, no busy loop, all caught up within 30 s',
      async (signal) => {
        await inTime(CAUGHT_UP_MILLISECONDS, expectAllReady);
        const finished = people.finished.length;
        await inTime(CAUGHT_UP_MILLISECONDS, async () => {
          expect(people.finished.length).toBeGreaterThan(finished); // They are at it.
        });
        await started[index]!.end(signal);
        const before = processes().map((one) => ({ ...one, cpu: cpuOf(one.pid) }));
        const since = Date.now();
        await sleep(AWAY_MILLISECONDS);
        const ready = await readyOf();
        const seconds = (Date.now() - since) / 1000;
        const after = processes();
        const spent = before.map(({ name, pid, cpu, stderr }, at) => ({
          name,
          cpu: (cpuOf(pid) - cpu) / seconds,
          lines: after[at]!.stderr.slice(stderr.length).split('\n').length,
        }));
        await started[index]!.startAgain();
        const back = people.finished.length;
        await inTime(CAUGHT_UP_MILLISECONDS, async () => {
          await expectAllReady();
          expect(people.finished.length).toBeGreaterThan(back);
        });

        for (const name of NEEDED_BY[index]!) expect([name, ready[name]]).toEqual([name, false]);
        for (const { name, cpu, lines } of spent) {
          expect([name, cpu < MOST_CPU ? 'idle enough' : cpu]).toEqual([name, 'idle enough']);
          expect([name, lines < MOST_LINES ? 'quiet enough' : lines]).toEqual([name, 'quiet enough']);
        }
        for (const { pid } of before) expect(() => process.kill(pid, 0)).not.toThrow(); // The same ones still live.
      },
      300_000,
    );
  });

  it('have lost nothing in the end, and done nothing twice', async () => {
    over.abort();
    await working;
    const { 'SERVER.FAILED': lost = 0, ...refusals } = Object.fromEntries(people.refusals);
    expect(Object.keys(refusals).filter((code) => !/UNAVAILABLE|BUSY|BEHIND/.test(code))).toEqual([]);
    // Only what was under way in the moment when the event store went away.
    expect(lost).toBeLessThan(20);
    await inTime(CAUGHT_UP_MILLISECONDS, expectAllReady);
    await inTime(CAUGHT_UP_MILLISECONDS, () => expectRemindersOnce(installation));
    await expectAllOnce(installation, people);
    const living = [installation.api, ...installation.background];
    for (const one of living) {
      const { code, signal } = await one.stop();
      expect({ code, signal, last: code === 0 ? '' : one.stderr.slice(-4000) }).toEqual({
        ...{ code: 0, signal: null, last: '' },
      });
    }
    await expectSameAsRebuilt(installation);
    expect(living.map(({ stderr }) => stderr).filter((log) => /unhandled|uncaught/i.test(log))).toEqual([]);
  });
}

const missing = SERVERS.find(({ available }) => !available);
if (missing === undefined) describe('engines that go away under load', enginesAway);
else {
  describe.skip(`engines that go away under load: ${missing.missing}`, () => {
    it('are waited for', () => undefined);
  });
}
