// The real server in a process of its own, on a data folder of its own, over real HTTP.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { ApiProcess, Client, ops, temporaryFolder, type Answer } from './api-process.js';
import { programmeForm } from './programme-form.js';

interface RebuildState {
  readonly status: string;
  readonly eventsApplied: number;
}
/** Of an OpenAPI document, what is looked at here. */
type Paths = Readonly<
  Record<
    string,
    Readonly<
      Record<
        string,
        {
          readonly summary?: string;
          readonly operationId: string;
          readonly tags?: readonly string[];
          readonly security?: readonly { readonly bearer?: unknown }[];
          readonly parameters?: readonly { readonly name: string }[];
        }
      >
    >
  >
>;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let api: ApiProcess;
let olu: Client;

beforeAll(async () => {
  folder = await temporaryFolder();
  api = await ApiProcess.start(folder.path);
  await api.ready();
  olu = await api.as('olu', 'operations');
});
afterAll(async () => {
  await api.stop();
  await folder.remove();
});

const create = (id: string, headers: Record<string, string> = {}): Promise<Answer> =>
  olu.post('/api/v1/programmes', programmeForm(id), headers);

describe('a stranger', () => {
  it.each(['/health/live', '/health/ready', '/docs', '/openapi.json'])('may see %s', async (path) => {
    expect((await new Client(api.url, undefined).get(path)).status).toBe(200);
  });

  it.each(['/api/v1/programmes', '/api/v1/events', '/api/v1/admin/jobs', '/api/v1/admin/rebuilds'])(
    'may not see %s',
    async (path) => {
      const answer = await new Client(api.url, undefined).get(path);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(answer.body).toMatchObject({ code: 'IDENTITY.TOKEN_REQUIRED', status: 401 });
    },
  );

  it('may not bring a token from another data folder', async () => {
    const elsewhere = await temporaryFolder();
    const { stdout } = await ops(elsewhere.path, ['token', '--subject', 'olu', '--role', 'operations']);
    const answer = await new Client(api.url, stdout.trim()).get('/api/v1/programmes');
    expect(answer.body).toMatchObject({ code: 'IDENTITY.TOKEN_INVALID' });
    await elsewhere.remove();
  });
});

describe('a person with a token from the command line', () => {
  it('is let in as who they are', async () => {
    const { stdout } = await ops(folder.path, ['token', '--subject', 'Amina Khan', '--role', 'operations']);
    const amina = new Client(api.url, stdout.trim());
    const made = await amina.post('/api/v1/programmes', programmeForm('by-amina'));
    expect(made.status).toBe(201);
    const { body } = await olu.get('/api/v1/events?stream=programme-by-amina');
    expect(body.events[0].metadata.actor).toMatchObject({
      issuer: 'urn:tranche:local',
      subject: 'Amina Khan',
      role: 'operations',
      authentication: { method: 'bearer-token' },
    });
  });

  it('is kept from what is not for their role', async () => {
    const board = await api.as('bo', 'board');
    expect((await board.post('/api/v1/programmes', programmeForm('x'))).status).toBe(403);
    expect((await board.get('/api/v1/events')).status).toBe(403);
    expect((await board.post('/api/v1/admin/rebuilds', {})).status).toBe(403);
  });
});

describe('a command', () => {
  it('answers with the revision, the position and an ETag, and a query waits for it', async () => {
    const made = await create('first');
    expect(made.status).toBe(201);
    expect(made.headers.get('etag')).toBe('"0"');
    expect(made.body).toMatchObject({
      stream: 'programme-first',
      revision: '0',
      position: expect.stringMatching(/^\d+$/),
    });
    const seen = await olu.get(`/api/v1/programmes/first?atLeast=${made.body.position}`);
    expect(seen).toMatchObject({ status: 200, body: { id: 'first' } });
  });

  it('sent again with its Idempotency-Key answers the same and changes nothing', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const one = await create('again', headers);
    const two = await create('again', headers);
    expect(two.body).toEqual(one.body);
    expect((await olu.get('/api/v1/events?stream=programme-again')).body.events).toHaveLength(1);
  });

  it('of many at once with one key is carried out once', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 8 }, () => create('at-once', headers)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await olu.get('/api/v1/events?stream=programme-at-once')).body.events).toHaveLength(1);
  });

  it('decided on an old revision is refused', async () => {
    const stale = await create('never-made', { 'if-match': '"4"' });
    expect(stale.status).toBe(412);
    expect(stale.body).toMatchObject({ code: 'STORE.STALE_REVISION', expectedRevision: '4' });
  });

  it.each([
    [{ ...programmeForm('bad'), budgetPence: -1 }, 'budgetPence'],
    [{ ...programmeForm('bad'), budgetPence: 0.5 }, 'budgetPence'],
    [{ ...programmeForm('bad'), budgetPence: 1e18 }, 'budgetPence'],
    [{ ...programmeForm('bad'), startsOn: '2026-09-01', endsOn: '2024-07-31' }, 'endsOn'],
    [{ ...programmeForm('bad'), surprise: 1 }, 'surprise'],
    [{ ...programmeForm('bad'), occurredAt: '2999-01-01' }, 'occurredAt'],
  ])(
    'with a field that breaks a rule is refused by its name, and nothing is written',
    async (body, field) => {
      const answer = await olu.post('/api/v1/programmes', body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ field });
      expect(answer.body.detail).toContain(field);
      expect((await olu.get('/api/v1/events?stream=programme-bad')).body.events).toEqual([]);
    },
  );

  it('too large for any form is refused before it is read', async () => {
    const answer = await olu.post('/api/v1/programmes', { name: 'x'.repeat(2_000_000) });
    expect(answer).toMatchObject({ status: 413, body: { code: 'REQUEST.TOO_LARGE' } });
  });
});

describe('what is not there', () => {
  it.each(['/api/v1/nothing', '/api/v2/programmes', '/nothing', '/api/v1/programmes/unknown'])(
    'is 404: %s',
    async (path) => {
      const answer = await olu.get(path);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    },
  );
});

describe('the log', () => {
  it('is paged to its end without a gap', async () => {
    for (let n = 0; n < 5; n += 1) await create(`page-${n}`);
    const paged: { id: string }[] = [];
    let after = '';
    for (let pages = 0; pages < 100; pages += 1) {
      const { body } = await olu.get(`/api/v1/events?limit=2${after === '' ? '' : `&after=${after}`}`);
      paged.push(...(body.events as { id: string }[]));
      if (body.next === undefined) break;
      after = String(body.next);
    }
    // Policies may add events meanwhile; only what both have seen is compared.
    const whole = (await olu.get('/api/v1/events?limit=1000')).body.events as { id: string }[];
    expect(paged.length).toBeGreaterThan(5);
    expect(paged.map(({ id }) => id)).toEqual(whole.slice(0, paged.length).map(({ id }) => id));
  });

  it.each(['limit=0', 'limit=1001', 'limit=x', 'after=-1', 'after=x', 'unknown=1'])(
    'is not given for ?%s',
    async (query) => {
      expect((await olu.get(`/api/v1/events?${query}`)).status).toBe(400);
    },
  );
});

describe('documentation', () => {
  it('describes every route with a summary, who may call it, and how it refuses', async () => {
    const { body: document } = await olu.get('/openapi.json');
    expect(document.openapi).toMatch(/^3\./);
    const operations = Object.entries(document.paths as Paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        name: `${method} ${path}`,
        path,
        method,
        operation,
      })),
    );
    expect(operations.length).toBeGreaterThan(8);
    const wanting = operations.filter(
      ({ operation, path }) =>
        !operation.summary ||
        operation.tags?.length !== 1 ||
        (path.startsWith('/health')
          ? operation.security?.length !== 0
          : operation.security?.[0]?.bearer === undefined),
    );
    expect(wanting.map(({ name }) => name)).toEqual([]);
    const commands = operations.filter(({ method }) => method !== 'get');
    for (const { name, operation } of commands) {
      const headers = operation.parameters?.map(({ name: header }) => header);
      expect({ name, headers }).toMatchObject({
        headers: expect.arrayContaining(['Idempotency-Key', 'If-Match']),
      });
    }
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
    expect(document.components.securitySchemes.bearer).toMatchObject({ type: 'http', scheme: 'bearer' });
  });

  it('has a page whose parts all load from this server', async () => {
    const stranger = new Client(api.url, undefined);
    const page = await stranger.get('/docs');
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    const parts = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1]!);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      expect(part).not.toMatch(/^(https?:)?\/\//);
      const address = new URL(part, `${api.url}/docs`);
      expect({ part, status: (await stranger.get(address.pathname)).status }).toEqual({ part, status: 200 });
    }
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  });
});

describe('administration', () => {
  it('rebuilds read models and says how far it is', async () => {
    const asked = await olu.post('/api/v1/admin/rebuilds', {});
    expect(asked.status).toBe(202);
    const deadline = Date.now() + 90_000;
    let state = asked.body as RebuildState;
    while (!['done', 'failed'].includes(state.status) && Date.now() < deadline) {
      await new Promise((wake) => setTimeout(wake, 50));
      state = (await olu.get(`/api/v1/admin/rebuilds/${asked.body.id}`)).body as RebuildState;
    }
    expect(state).toMatchObject({ status: 'done' });
    expect(state.eventsApplied).toBeGreaterThan(0);
    expect((await olu.get('/api/v1/programmes/first')).status).toBe(200);
  });

  it('knows no collection of another name', async () => {
    const answer = await olu.post('/api/v1/admin/rebuilds', { collection: 'nothing' });
    expect(answer).toMatchObject({ status: 404, body: { code: 'REBUILD.UNKNOWN_COLLECTION' } });
    expect(await olu.get('/api/v1/admin/rebuilds/nothing')).toMatchObject({
      status: 404,
      body: { code: 'REBUILD.UNKNOWN' },
    });
  });

  it('lists jobs, and redrives none that is not dead', async () => {
    expect((await olu.get('/api/v1/admin/jobs')).body).toEqual({ jobs: [] });
    expect((await olu.get('/api/v1/admin/jobs?status=odd')).status).toBe(400);
    expect((await olu.post('/api/v1/admin/jobs/nothing/redrive', {})).status).toBe(404);
  });
});

describe('a bad connection', () => {
  it('that says nothing of sense gets an answer and is closed', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      let said = '';
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () =>
        socket.write('NONSENSE\r\n\r\n'),
      );
      socket.on('data', (data) => (said += data.toString()));
      socket.on('error', reject);
      socket.on('close', () => resolve(said));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400/);
    expect((await olu.get('/health/live')).status).toBe(200);
  });
});
