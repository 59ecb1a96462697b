// Bull Board over real HTTP, on a real Redis: who may look, that it can be looked at, and that it changes nothing.
import type { Instant } from '#kernel';
import { hasOwnSettingsOnly } from '#platform/http';
import { openBullJobStore } from '#platform/jobs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { OwnRedis, ownRedisAvailable, REDIS_MISSING } from '../engines/redis.js';
import { ApiProcess, Client, temporaryFolder, type Answer } from './api-process.js';

const BOARD = '/admin/queues';
const KIND = 'settle-reservation';
const NOW = '2026-01-05T12:00:00.000Z' as Instant;
const FAR = '2090-01-01T00:00:00.000Z' as Instant;

describe('without Redis there is no board', () => {
  it('and that is said, to those who may know', async () => {
    const folder = await temporaryFolder();
    const api = await ApiProcess.start(folder.path, { REDIS_URL: '', MACHINE_ROOM: 'inside' });
    const administrator = await api.as('adm', 'administrator');
    for (const path of [BOARD, `${BOARD}/queue/x`]) {
      const { status, body } = await administrator.get(path);
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'BOARD.NO_QUEUES' });
      expect(body.detail).toMatch(/REDIS_URL.*GET \/api\/v1\/admin\/jobs/);
    }
    expect((await new Client(api.url, undefined).get(BOARD)).status).toBe(401);
    await api.stop();
    await folder.remove();
  });
});

const suite = ownRedisAvailable ? describe : describe.skip;
suite(`the board of jobs on Redis${ownRedisAvailable ? '' : `: ${REDIS_MISSING}`}`, () => {
  let redis: OwnRedis;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let api: ApiProcess;
  let administrator: Client;
  beforeAll(async () => {
    redis = await OwnRedis.start();
    const store = await openBullJobStore({ url: redis.url() });
    await store.enqueue({ id: 'a-job', kind: KIND, payload: { tranche: 1 }, runAt: FAR }, NOW);
    await store.close();
    folder = await temporaryFolder();
    // Apart, with nobody to do the work: what is there stays as it is.
    api = await ApiProcess.start(folder.path, { REDIS_URL: redis.url(), MACHINE_ROOM: 'apart' });
    administrator = await api.as('adm', 'administrator');
  });
  afterAll(async () => {
    await api.stop();
    await redis.stop();
    await folder.remove();
  });
  const withHeader = (authorization: string, path = BOARD): Promise<Answer> =>
    new Client(api.url, undefined).get(path, { authorization });
  const basic = (user: string, password: string): string =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

  it('challenges whoever comes without a token, as browsers understand and as programs do', async () => {
    for (const path of [BOARD, `${BOARD}/`, `${BOARD}/api/queues`, `${BOARD}/static/favicon-32x32.png`]) {
      const { status, headers, body } = await new Client(api.url, undefined).get(path);
      expect({ path, status, code: body.code }).toEqual({
        path,
        status: 401,
        code: 'IDENTITY.TOKEN_REQUIRED',
      });
      expect(headers.get('www-authenticate')).toMatch(/^Basic realm=".*password".*, Bearer realm="tranche"/);
    }
    for (const header of [basic('adm', 'not-a-token'), basic('adm', ''), 'Basic %%%', 'Bearer x.y.z']) {
      expect({ header, status: (await withHeader(header)).status }).toEqual({ header, status: 401 });
    }
  });

  const token = (role: string): Promise<string> =>
    api.token('somebody', role, hasOwnSettingsOnly(role) ? ['140001'] : undefined);

  it.each(['adviser', 'approver', 'payer', 'auditor', 'board', 'setting'])(
    'is not for the role %s',
    async (role) => {
      const { status, body } = await withHeader(basic('x', await token(role)));
      expect({ status, code: body.code }).toEqual({ status: 403, code: 'IDENTITY.ROLE_NOT_ALLOWED' });
    },
  );

  it.each(['administrator', 'operations'])(
    'is for the role %s, by bearer token or as a password',
    async (role) => {
      const given = await token(role);
      for (const header of [`Bearer ${given}`, basic('anybody', given)]) {
        const { status, headers } = await withHeader(header);
        expect(status).toBe(200);
        expect(headers.get('content-type')).toContain('text/html');
      }
    },
  );

  it('is a page whose parts all come from here, under the policy that all pages have', async () => {
    const page = await administrator.get(BOARD);
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toBe((await administrator.get('/docs')).headers.get('content-security-policy'));
    expect(policy).toContain("script-src 'self';");
    expect(page.body).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
    const parts = [...(page.body as string).matchAll(/(?:href|src)="(static\/[^"]+)"/g)].map(
      ([, part]) => part!,
    );
    expect(parts.length).toBeGreaterThan(3);
    for (const part of parts) {
      expect({ part, status: (await administrator.get(`${BOARD}/${part}`)).status }).toEqual({
        part,
        status: 200,
      });
    }
    // The page's own code decides by its address what it shows.
    expect((await administrator.get(`${BOARD}/queue/${KIND}`)).status).toBe(200);
  });

  it('shows each kind of job as a queue, with its jobs, read-only', async () => {
    const { status, body } = await administrator.get(
      `${BOARD}/api/queues?activeQueue=${KIND}&status=delayed&page=1&jobsPerPage=10`,
    );
    expect(status).toBe(200);
    const { queues } = body as { queues: Record<string, unknown>[] };
    expect(queues.length).toBeGreaterThan(1);
    expect(queues.every(({ readOnlyMode }) => readOnlyMode === true)).toBe(true);
    const queue = queues.find(({ name }) => name === KIND)!;
    expect(queue).toMatchObject({ counts: { delayed: 1 }, jobs: [{ id: 'job.a-job' }] });
    const job = await administrator.get(`${BOARD}/api/queues/${KIND}/job.a-job`);
    expect(job).toMatchObject({ status: 200, body: { job: { data: { tranche: 1 } } } });
    expect((await administrator.get(`${BOARD}/api/queues?jobsPerPage=100000`)).status).toBe(400);
  });

  it('changes nothing, whoever asks: not in Redis, not by looking', async () => {
    const client = new Redis(redis.url());
    const contents = async (): Promise<unknown> => {
      const keys = (await client.keys('*')).sort();
      return Promise.all(keys.map(async (key) => [key, (await client.dumpBuffer(key))?.toString('base64')]));
    };
    const before = await contents();
    const one = `${BOARD}/api/queues/${KIND}/job.a-job`;
    for (const [method, path] of [
      ['PUT', `${BOARD}/api/queues/pause`],
      ['PUT', `${BOARD}/api/queues/${KIND}/pause`],
      ['PUT', `${BOARD}/api/queues/${KIND}/empty`],
      ['PUT', `${BOARD}/api/queues/${KIND}/obliterate`],
      ['POST', `${BOARD}/api/queues/${KIND}/add`],
      ['PUT', `${one}/promote`],
      ['PUT', `${one}/clean`],
      ['PATCH', `${one}/update-data`],
    ] as const) {
      const { status, headers, body } = await administrator.send(method, path, { body: {} });
      expect({ path, status, code: body.code }).toEqual({ path, status: 405, code: 'BOARD.READ_ONLY' });
      expect(headers.get('allow')).toBe('GET, HEAD');
    }
    for (const path of [
      '/redis/stats',
      '/queues',
      '/job-schedulers',
      `/queues/${KIND}/metrics`,
      `/queues/${KIND}/job.a-job`,
      `/queues/${KIND}/job.a-job/logs`,
      `/queues/${KIND}/job.a-job/flow`,
    ]) {
      const { status } = await administrator.get(`${BOARD}/api${path}`);
      expect({ path, status }).toEqual({ path, status: 200 });
    }
    expect(await contents()).toEqual(before);
    await client.quit();
  });

  it('says that Redis does not answer, in time, and shows the jobs when it is back', async () => {
    await redis.process.kill();
    const { status, body } = await administrator.get(`${BOARD}/api/queues`);
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'STORE.UNAVAILABLE' });
    await redis.process.start();
    const back = await administrator.get(`${BOARD}/api/queues/${KIND}/job.a-job`);
    expect(back.status).toBe(200);
  });
});
