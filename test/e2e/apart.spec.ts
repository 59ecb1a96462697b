// The API, the projector and the worker as processes of their own, two copies of each background one: the same
// product, with no effect doubled and nobody missed when one is killed.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ops, type Client } from './api-process.js';
import { Installation } from './installation.js';
import { theLoop } from './loop.js';
import { done, importRegister, peopleOf, programme } from './scenario.js';

theLoop('embedded engines, with two projectors and two workers apart', () =>
  Installation.open({ copies: 2 }),
);

/** A crash keeps a read model from going on for at most this long. */
const TAKEN_OVER_MILLISECONDS = 10_000;
/** A job whose worker is killed while it runs stays held for 15 s; then another worker runs it. */
const CAUGHT_UP_MILLISECONDS = 90_000;

describe('copies of the projector and the worker', () => {
  let installation: Installation;
  let olive: Client;
  let next = 0;

  /** Without `atLeast`, so that the API does not bring the read model up to date itself. */
  const enrolled = async (id: string): Promise<number> => {
    const { status, body } = await olive.get(`/api/v1/programmes/${id}/ledger`);
    return status === 404 ? 0 : (body.settings as unknown[]).length;
  };
  const until = async (holds: () => Promise<boolean>, milliseconds: number, what: string): Promise<void> => {
    const deadline = Date.now() + milliseconds;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`${what}: not within ${milliseconds} ms`);
      await new Promise((wake) => setTimeout(wake, 50));
    }
  };
  /** A programme with a setting whose report window has opened: the policies and jobs have work to do. */
  const work = async (): Promise<string> => {
    const id = `work-${(next += 1)}`;
    done(await olive.post('/api/v1/programmes', programme(id, 10_000_000)));
    done(await olive.post(`/api/v1/programmes/${id}/participations`, { urn: '140001' }));
    return id;
  };
  const reminders = async (id: string): Promise<string[]> =>
    (await readdir(join(installation.folder.path, 'outbox')).catch(() => [])).filter((name) =>
      name.startsWith(`reminder.${id}.`),
    );

  beforeAll(async () => {
    installation = await Installation.open({ copies: 2 });
    const people = await peopleOf(installation.api);
    olive = people.operations;
    await importRegister(people, ['140001']);
    for (const one of installation.background) await one.ready();
    await installation.api.ready();
  });
  afterAll(() => installation.close());

  it('take over from one that is killed, whichever it was, within ten seconds', async () => {
    for (const name of ['projector', 'worker'] as const) {
      const copies = installation.background.filter((one) => one.name === name);
      for (const copy of copies) {
        const before = await work();
        await until(
          async () => (await enrolled(before)) === 1,
          TAKEN_OVER_MILLISECONDS,
          `${before} is shown`,
        );
        await copy.stop('SIGKILL');
        const after = await work();
        await until(async () => (await enrolled(after)) === 1, TAKEN_OVER_MILLISECONDS, `${after} is shown`);
        await until(
          async () => (await reminders(after)).length === 1,
          TAKEN_OVER_MILLISECONDS,
          `the reminder of ${after} is sent`,
        );
        const again = await installation.startBackground(name);
        await again.ready();
      }
    }
  });

  it('have sent each reminder once, and recorded it', async () => {
    /** The jobs of the reminders that are recorded as sent, in the order of the log. */
    const recorded = async (): Promise<string[]> => {
      const { stdout } = await ops(installation.folder.path, ['events'], installation.environment);
      return stdout
        .split('\n')
        .filter((line) => line.includes('"type":"ReminderSent"'))
        .map((line) => (JSON.parse(line) as { data: { jobId: string } }).data.jobId);
    };
    await until(
      async () => (await recorded()).length >= next,
      CAUGHT_UP_MILLISECONDS,
      `the reminders of all ${next} programmes are recorded`,
    );
    const sent = await recorded();
    expect(sent).toHaveLength(next);
    expect(new Set(sent).size).toBe(next);
    // Not what a worker that was killed had only begun to write: its name begins with a dot.
    const files = (await readdir(join(installation.folder.path, 'outbox'))).filter(
      (name) => !name.startsWith('.'),
    );
    expect(files.map((name) => name.replace(/\.json$/, '')).sort()).toEqual(sent.sort());
  });

  it('end in good order when they are told to', async () => {
    const running = installation.background.filter(
      ({ child }) => child.exitCode === null && child.signalCode === null,
    );
    expect(running).toHaveLength(4);
    for (const one of running) expect(await one.stop()).toEqual({ code: 0, signal: null });
  });

  it('are not needed for a query that waits: the API brings its read model up to date then', async () => {
    const id = `alone-${next}`;
    const made = done(await olive.post('/api/v1/programmes', programme(id, 10_000_000)));
    const seen = await olive.get(`/api/v1/programmes/${id}?atLeast=${made.body.position}`);
    expect(seen.status).toBe(200);
  });
});
