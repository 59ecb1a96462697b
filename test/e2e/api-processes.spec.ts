// Processes that start, stop, die, and share one data folder.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../engines/free-port.js';
import { ApiProcess, ops, temporaryFolder, type Client } from './api-process.js';
import { onServers } from './engines.js';
import { itEmbedded } from './it-embedded.js';
import { programmeForm } from './programme-form.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => folder.remove());

interface Listed {
  readonly id: string;
  readonly position: string;
  readonly data: { readonly programmeId: string };
}

const startFailure = async (dataFolder: string, environment: NodeJS.ProcessEnv): Promise<string> => {
  const started = await ApiProcess.start(dataFolder, environment).catch((error: Error) => error.message);
  if (typeof started === 'string') return started;
  await started.stop('SIGKILL');
  throw new Error('the server started');
};

describe('a server that cannot start', () => {
  it('names the variable that is wrong and ends with 2', async () => {
    const said = await startFailure(folder.path, { PORT: '99999' });
    expect(said).toMatch(/ended with 2: PORT must be a whole number from 0 to 65535/);
  });

  itEmbedded('names the file that is not ours and leaves it', async () => {
    const data = await temporaryFolder();
    await writeFile(join(data.path, 'jobs.sqlite'), 'y'.repeat(9000));
    const said = await startFailure(data.path, {});
    expect(said).toMatch(/ended with 1/);
    expect(said).toContain('jobs.sqlite cannot be used');
    await data.remove();
  });

  it('says that the port is taken, and the one that has it goes on', async () => {
    const port = String(await freePort());
    const first = await ApiProcess.start(folder.path, { PORT: port });
    const said = await startFailure(folder.path, { PORT: port });
    expect(said).toMatch(/ended with 1/);
    expect(said).toContain(`port ${port} on 127.0.0.1 is taken`);
    await first.ready();
    await first.stop();
  });
});

describe('a server that is asked to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s answers what it has begun and ends with 0',
    async (signal) => {
      const api = await ApiProcess.start(folder.path);
      await api.ready();
      const olu = await api.as('olu', 'operations');
      const answers = Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          olu.post('/api/v1/programmes', programmeForm(`${signal.toLowerCase()}-${n}`)).then(
            ({ status }) => status,
            () => 'refused' as const, // Its connection was not yet accepted.
          ),
        ),
      );
      await new Promise((wake) => setTimeout(wake, 5));
      const ended = api.stop(signal);
      const statuses = await answers;
      expect(await ended).toEqual({ code: 0, signal: null });
      expect(statuses.every((status) => status === 201 || status === 'refused' || status === 503)).toBe(true);
      const { stdout } = await ops(folder.path, ['events']);
      const made = statuses.filter((status) => status === 201).length;
      expect(stdout.split(`"stream":"programme-${signal.toLowerCase()}-`).length - 1).toBeGreaterThanOrEqual(
        made,
      );
    },
  );

  it('while it is still starting ends with 0 too', async () => {
    const api = await ApiProcess.start(folder.path);
    expect(await api.stop()).toEqual({ code: 0, signal: null });
  });
});

describe('a server that is killed', () => {
  it('has lost nothing that it acknowledged, time after time', async () => {
    const data = await temporaryFolder();
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const api = await ApiProcess.start(data.path);
      const olu = await api.as('olu', 'operations');
      let going = true;
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        for (let n = 0; going; n += 1) {
          const id = `r${round}-w${writer}-n${n}`;
          try {
            const { status } = await olu.post('/api/v1/programmes', programmeForm(id));
            if (status === 201) acknowledged.push(id);
          } catch {
            return;
          }
        }
      });
      await new Promise((wake) => setTimeout(wake, 400 + 150 * round));
      await api.stop('SIGKILL');
      going = false;
      await Promise.all(writers);
    }
    const api = await ApiProcess.start(data.path);
    await api.ready();
    const olu = await api.as('olu', 'operations');
    const kept = new Set<string>();
    for (let after = ''; ;) {
      const { body } = await olu.get(`/api/v1/events?limit=1000${after && `&after=${after}`}`);
      for (const event of body.events as Listed[]) kept.add(event.data.programmeId);
      if (body.next === undefined) break;
      after = String(body.next);
    }
    // Otherwise nobody was at it when it was killed; servers take longer for each.
    expect(acknowledged.length).toBeGreaterThan(onServers ? 15 : 50);
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    // Ready means caught up: the read models have them too.
    const sample = acknowledged.filter((_, index) => index % 25 === 0);
    for (const id of sample) expect((await olu.get(`/api/v1/programmes/${id}`)).status).toBe(200);
    await api.stop();
    await data.remove();
  });
});

describe('the command line beside a running server', () => {
  let data: Awaited<ReturnType<typeof temporaryFolder>>;
  let api: ApiProcess;
  let olu: Client;
  beforeAll(async () => {
    data = await temporaryFolder();
    api = await ApiProcess.start(data.path);
    await api.ready();
    olu = await api.as('olu', 'operations');
  });
  afterAll(async () => {
    await api.stop();
    await data.remove();
  });

  it('writes what the server shows at once to a query that waits for it', async () => {
    const file = join(data.path, 'programme.json');
    await writeFile(file, JSON.stringify(programmeForm('by-ops')));
    const made = await ops(data.path, ['programme', 'create', file, '--as', 'amina', '--json']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const events = await ops(data.path, ['events', '--stream', 'programme-by-ops']);
    const event = JSON.parse(events.stdout);
    expect(event.metadata.actor).toMatchObject({
      issuer: 'urn:tranche:local',
      subject: 'amina',
      authentication: { method: 'command-line' },
    });
    const seen = await olu.get(`/api/v1/programmes/by-ops?atLeast=${event.position}`);
    expect(seen).toMatchObject({ status: 200, body: { id: 'by-ops' } });
  });

  it('shows what the server wrote', async () => {
    await olu.post('/api/v1/programmes', programmeForm('by-http'));
    const { stdout } = await ops(data.path, ['programmes', '--json']);
    expect((JSON.parse(stdout) as { id: string }[]).map(({ id }) => id)).toContain('by-http');
  });

  it('tells of its health, and rebuilds while the server answers', async () => {
    const health = await ops(data.path, ['health', '--json']);
    expect(JSON.parse(health.stdout)).toMatchObject({ store: { kind: 'live' }, deadJobs: 0 });
    const [rebuilt, answers] = await Promise.all([
      ops(data.path, ['rebuild', '--json']),
      Promise.all(Array.from({ length: 20 }, () => olu.get('/api/v1/programmes'))),
    ]);
    expect(rebuilt).toMatchObject({ code: 0, stderr: '' });
    expect((JSON.parse(rebuilt.stdout) as { rebuilt: unknown[] }).rebuilt.length).toBeGreaterThan(1);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await olu.get('/api/v1/programmes')).body.documents.length).toBe(2);
  });

  it('gives the events from a position on, that one included', async () => {
    const lines = (text: string): Listed[] =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Listed);
    const whole = lines((await ops(data.path, ['events'])).stdout);
    expect(Object.keys(whole[0]!)).toEqual([
      'id',
      'stream',
      'revision',
      'position',
      'type',
      'data',
      'metadata',
    ]);
    expect(whole[0]).toMatchObject({ revision: '0', position: expect.stringMatching(/^\d+$/) });
    const later = lines((await ops(data.path, ['events', '--from', whole[1]!.position])).stdout);
    expect(later.map(({ id }) => id)).toEqual(whole.slice(1).map(({ id }) => id));
  });
});
