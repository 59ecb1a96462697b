// A disk with no room left, in each store in turn: `max_page_count` stands in for the disk.
import { afterEach, describe, expect, it } from '@jest/globals';
import { ApiProcess, temporaryFolder, type Answer, type Client } from './api-process.js';
import { programmeForm } from './programme-form.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let api: ApiProcess;
afterEach(async () => {
  await api.stop();
  await folder.remove();
});

async function started(environment: NodeJS.ProcessEnv = {}): Promise<Client> {
  api = await ApiProcess.start(folder.path, environment);
  return api.as('olu', 'operations');
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 90_000; !(await holds());) {
    if (Date.now() > deadline) throw new Error(`it never came to be: ${api.stderr.slice(-2000)}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

async function createMany(olu: Client, count: number, prefix: string): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let n = 0; n < count; n += 1) {
    answers.push(await olu.post('/api/v1/programmes', programmeForm(`${prefix}-${n}`)));
  }
  return answers;
}

describe('a full disk', () => {
  it('under the events refuses the command with 507, keeps what was acknowledged, and passes', async () => {
    folder = await temporaryFolder();
    let olu = await started({ EVENT_STORE_MAX_PAGES: '60' });
    await api.ready();
    const answers = await createMany(olu, 150, 'p');
    const statuses = new Set(answers.map(({ status }) => status));
    expect(statuses).toEqual(new Set([201, 507]));
    const refused = answers.find(({ status }) => status === 507)!;
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(refused.body).toMatchObject({ code: 'STORE.FULL', status: 507 });
    expect((await olu.get('/api/v1/events?limit=1')).status).toBe(200);
    await api.stop();

    olu = await started();
    await api.ready();
    const made = answers.flatMap(({ status }, n) => (status === 201 ? [`p-${n}`] : []));
    for (const id of made) expect((await olu.get(`/api/v1/programmes/${id}`)).status).toBe(200);
    expect((await olu.post('/api/v1/programmes', programmeForm('after'))).status).toBe(201);
  });

  it('under the read models lets commands be given, says that queries are behind, and passes', async () => {
    folder = await temporaryFolder();
    let olu = await started();
    await api.ready();
    await createMany(olu, 1, 'first');
    await api.stop();

    olu = await started({ READ_STORE_MAX_PAGES: '40' });
    const answers = await createMany(olu, 120, 'p');
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    await until(async () => (await olu.get('/health/ready')).status === 503);
    const last = answers.at(-1)!.body as { position: string };
    const behind = await olu.get(`/api/v1/programmes/p-119?atLeast=${last.position}`);
    expect([503, 507]).toContain(behind.status);
    expect(behind.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    await api.stop();

    olu = await started();
    const caughtUp = await olu.get(`/api/v1/programmes/p-119?atLeast=${last.position}`);
    expect(caughtUp.status).toBe(200);
    await api.ready();
  });

  it('under the jobs lets commands be given, is seen in /health/ready, and what was to be done is done after', async () => {
    folder = await temporaryFolder();
    let olu = await started();
    await api.ready();
    await api.stop();

    olu = await started({ JOBS_MAX_PAGES: '40' });
    const answers = await createMany(olu, 150, 'p');
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    await until(async () => (await olu.get('/health/ready')).status === 503);
    await api.stop();

    olu = await started();
    await api.ready();
    // The fund of each programme is opened by a policy and its job.
    await until(async () => {
      const { body } = await olu.get('/api/v1/events?type=FundOpened&limit=1000');
      return (body.events as unknown[]).length === 150;
    });
  });
});
