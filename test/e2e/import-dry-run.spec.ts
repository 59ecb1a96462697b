// Looking before importing: by the command line and over HTTP, and each with the other's token.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ApiProcess, ops, temporaryFolder, type Answer, type Client } from './api-process.js';
import { openEventsOf } from './engines.js';

const EIGHTEEN = resolve('test/fixtures/gias/eighteen-columns.csv');

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  data = join(folder.path, 'data');
});
afterAll(() => folder.remove());

async function eventsIn(): Promise<number> {
  const store = await openEventsOf(data);
  let count = 0;
  for await (const page of store.readAll()) count += page.length;
  await store.close();
  return count;
}

async function asked(...args: string[]): Promise<Record<string, unknown> & { token: string }> {
  const ended = await ops(data, ['import', ...args, '--json', '--as', 'ola']);
  if (ended.code !== 0) throw new Error(ended.stderr);
  return JSON.parse(ended.stdout) as Record<string, unknown> & { token: string };
}

describe('at the command line', () => {
  it('a dry run writes nothing, its token does what it said, and the same file again finds nothing to do', async () => {
    const dryRun = await asked('settings', EIGHTEEN, '--dry-run');
    expect(dryRun).toMatchObject({ rows: 12, new: 12, changed: 0, unchanged: 0, rejected: 0 });
    expect(await eventsIn()).toBe(0);
    const confirmed = await asked('settings', EIGHTEEN, '--confirm', dryRun.token);
    expect(confirmed).toMatchObject({ new: 12, rejected: 0, file: 'eighteen-columns.csv' });
    expect(await eventsIn()).toBe(12);
    expect(await asked('settings', EIGHTEEN, '--confirm', dryRun.token)).toEqual(confirmed);
    const again = await ops(data, ['import', 'settings', EIGHTEEN, '--dry-run']);
    expect(again.stdout).toContain('0 new, 0 changed, 12 as they were, 0 rejected. Nothing was written.');
    expect(again.stdout).toContain('There is nothing to confirm.');
    expect(again.stderr).toContain('Settings, dry run: steps of checking and writing: 12');
    expect(await eventsIn()).toBe(12);
  });

  it('shows rejected rows with number and reason, leaves them out when confirmed, and says how to confirm', async () => {
    const census = join(folder.path, 'census.csv');
    await writeFile(census, 'school_urn,teachers_fte\n100005,11.25\n999999,1\n100000,none\n');
    const dryRun = await ops(data, ['import', 'workforce', census, '--dry-run']);
    expect(dryRun.code).toBe(0);
    expect(dryRun.stdout).toContain('census.csv: 3 rows; 1 new, 0 changed, 0 as they were, 2 rejected');
    expect(dryRun.stdout).toContain('row 3: there is no setting 999999 in the register');
    expect(dryRun.stdout).toContain("row 4: teachers_fte 'none'");
    // What it says to type works where this was typed from, on the same data.
    expect(dryRun.stdout.trimEnd()).toMatch(new RegExp(` --data ${data}$`));
    const [, token] = /import workforce \S+ --confirm (\S+)/.exec(dryRun.stdout)!;
    const confirmed = await ops(data, ['import', 'workforce', census, '--confirm', token!]);
    expect(confirmed.stdout).toContain('1 new, 0 changed, 0 as they were, 2 rejected: as the dry run said.');
    expect(await eventsIn()).toBe(13);
  });

  it('of links does what it said, and the same file again finds nothing to do', async () => {
    const links = join(folder.path, 'links.csv');
    await writeFile(
      links,
      'LinkType,URN,LinkURN,LinkEstablishedDate\nSuccessor,100005,100000,01/09/2024\nSuccessor,999999,100000,\n',
    );
    const dryRun = await asked('links', links, '--dry-run');
    expect(dryRun).toMatchObject({ rows: 2, new: 1, rejected: 0, notRegistered: 1 });
    expect(await eventsIn()).toBe(13);
    expect(await asked('links', links, '--confirm', dryRun.token)).toMatchObject({ new: 1 });
    const again = await ops(data, ['import', 'links', links, '--dry-run']);
    expect(again.stdout).toContain('0 new, 0 changed, 1 as they were, 0 rejected, 1 not in the register');
    expect(await eventsIn()).toBe(14);
  });

  it('refuses both at once, and a token it does not know', async () => {
    const both = await ops(data, ['import', 'settings', EIGHTEEN, '--dry-run', '--confirm', 'x']);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('give one of them') });
    const unknown = await ops(data, ['import', 'settings', EIGHTEEN, '--confirm', randomUUID(), '--json']);
    expect(unknown.code).toBe(1);
    expect(JSON.parse(unknown.stderr)).toMatchObject({ error: { code: 'IMPORT.DRY_RUN_UNKNOWN' } });
  });
});

describe('over HTTP', () => {
  let api: ApiProcess;
  let ola: Client;
  beforeAll(async () => {
    api = await ApiProcess.start(data);
    ola = await api.as('ola', 'operations');
  });
  afterAll(() => api.stop());

  const send = (path: string, content: string, as = ola): Promise<Answer> =>
    as.send('POST', `/api/v1/settings/${path}`, {
      raw: Buffer.from(content),
      headers: { 'content-type': 'text/csv' },
    });

  it('is the same, refused once a setting has changed since, naming it', async () => {
    const text = (await readFile(EIGHTEEN, 'utf8')).replace('Thomas Coram Centre', 'Thomas Coram');
    const before = await eventsIn();
    const dryRun = await send('imports/dry-runs?file=later.csv', text);
    expect(dryRun).toMatchObject({
      status: 200,
      body: {
        ...{ new: 0, changed: 1, unchanged: 11, rejected: 0 },
        told: { changed: [{ urn: '100005', changes: [{ field: 'name', to: 'Thomas Coram' }] }] },
      },
    });
    expect(await eventsIn()).toBe(before);
    const confirm = `imports/dry-runs/${dryRun.body.token}/confirm`;
    expect((await send(confirm, `${text}\n`)).body).toMatchObject({ status: 412, field: 'file' });

    const path = join(folder.path, 'in-between.csv');
    await writeFile(path, text.replace('Thomas Coram', 'Coram'));
    await asked('settings', path);
    const refused = await send(confirm, text);
    expect(refused).toMatchObject({ status: 412, body: { code: 'IMPORT.CHANGED_SINCE_DRY_RUN' } });
    expect(refused.body.detail).toContain('a setting has changed: 100005 (SettingDetailsChanged');
    expect(await eventsIn()).toBe(before + 1);

    const anew = await send('imports/dry-runs?file=later.csv', text);
    const file = join(folder.path, 'later.csv');
    await writeFile(file, text);
    expect(await asked('settings', file, '--confirm', anew.body.token as string)).toMatchObject({
      changed: 1,
    });
    const again = await send(`imports/dry-runs/${anew.body.token}/confirm`, text);
    expect(again).toMatchObject({
      status: 200,
      body: { changed: 1, position: expect.stringMatching(/^\d+$/) },
    });
    expect(await eventsIn()).toBe(before + 2);
    expect((await ola.get(`/api/v1/settings/100005?atLeast=${again.body.position}`)).body.name).toBe(
      'Thomas Coram',
    );
  });

  it('is there for links, too', async () => {
    const text = 'URN,LinkURN,LinkType\n100000,100005,Successor\n';
    const dryRun = await send('link-imports/dry-runs?file=links.csv', text);
    expect(dryRun).toMatchObject({ status: 200, body: { import: 'links', new: 1 } });
    const confirm = `link-imports/dry-runs/${dryRun.body.token}/confirm`;
    expect((await send(confirm, text)).body).toMatchObject({ new: 1, position: expect.any(String) });
    const other = await send(`imports/dry-runs/${dryRun.body.token}/confirm`, text);
    expect(other).toMatchObject({ status: 412, body: { field: 'token' } });
  });

  it('is for those who may import, of CSV, with a token that is one', async () => {
    const board = await api.as('bo', 'board');
    expect((await send('imports/dry-runs?file=a.csv', 'URN\n', board)).status).toBe(403);
    expect((await send(`workforce-imports/dry-runs/${randomUUID()}/confirm`, 'URN\n', board)).status).toBe(
      403,
    );
    expect((await ola.post('/api/v1/settings/imports/dry-runs?file=a.csv', {})).status).toBe(415);
    expect((await send('imports/dry-runs', 'URN\n')).body).toMatchObject({ code: 'IMPORT.FILE_NAME' });
    const unknown = await send(`workforce-imports/dry-runs/${randomUUID()}/confirm`, 'URN,teachers_fte\n');
    expect(unknown).toMatchObject({ status: 404, body: { code: 'IMPORT.DRY_RUN_UNKNOWN' } });
  });
});
