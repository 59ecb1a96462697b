// An event store that was put back from an older copy, or exchanged for another one, under read models and jobs that
// have seen more: nobody goes on until what was made from it is made anew.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiProcess, ops, temporaryFolder } from './api-process.js';
import { programmeForm } from './programme-form.js';
import { writeFile } from 'node:fs/promises';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let data: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  data = join(folder.path, 'data');
});
afterAll(() => folder.remove());

const create = async (id: string): Promise<void> => {
  const path = join(folder.path, `${id}.json`);
  await writeFile(path, JSON.stringify(programmeForm(id)));
  const { code, stderr } = await ops(data, ['programme', 'create', path]);
  if (code !== 0) throw new Error(stderr);
};
const putBack = async (copy: string): Promise<void> => {
  for (const ending of ['-wal', '-shm']) await rm(join(data, `events.sqlite${ending}`), { force: true });
  await copyFile(copy, join(data, 'events.sqlite'));
};
const names = async (): Promise<string[]> =>
  (JSON.parse((await ops(data, ['programmes', '--json'])).stdout) as { id: string }[])
    .map(({ id }) => id)
    .sort();
const funds = async (): Promise<string[]> => {
  const { stdout } = await ops(data, ['events']);
  const opened = stdout.split('\n').filter((line) => line.includes('"type":"FundOpened"'));
  return opened
    .map((line) => (JSON.parse(line) as { data: { programmeId: string } }).data.programmeId)
    .sort();
};
const mend = async (...command: string[]): Promise<void> => {
  const { code, stderr } = await ops(data, command);
  if (code !== 0) throw new Error(stderr);
};

describe('an event store that was put back to an earlier state', () => {
  const older = (): string => join(folder.path, 'older.sqlite');

  beforeAll(async () => {
    await create('kept');
    await copyFile(join(data, 'events.sqlite'), older());
    await create('lost-one');
    await create('lost-two');
    await putBack(older());
  });

  it('is refused by the command line and by the server, which name the command that mends it', async () => {
    const refused = await ops(data, ['programmes', '--json']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(refused.stderr)).toMatchObject({
      error: { code: 'READ_MODEL.AHEAD', message: expect.stringContaining('ops -- rebuild') },
    });
    const started = await ApiProcess.start(data).catch((error: Error) => error.message);
    expect(started).toMatch(/ops -- rebuild/);
    await expect(create('too-soon')).rejects.toThrow(/ops -- rebuild/);
  });

  it('goes on once it is mended, and every policy sees what is new', async () => {
    await mend('rebuild');
    const refused = await ops(data, ['programmes', '--json']);
    expect(JSON.parse(refused.stderr)).toMatchObject({
      error: { code: 'POLICY.AHEAD', message: expect.stringContaining('ops -- jobs reset') },
    });
    await mend('jobs', 'reset');
    await create('after');
    expect(await names()).toEqual(['after', 'kept']);
    expect(await funds()).toEqual(['after', 'kept']);
  });
});

describe('an event store in the place of another', () => {
  it('is refused until read models and jobs are made anew from it, and the records are said to be about it', async () => {
    const elsewhere = join(folder.path, 'elsewhere');
    const path = join(folder.path, 'other.json');
    await writeFile(path, JSON.stringify(programmeForm('other')));
    expect((await ops(elsewhere, ['programme', 'create', path])).code).toBe(0);
    await putBack(join(elsewhere, 'events.sqlite'));
    const refused = await ops(data, ['programmes', '--json']);
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'READ_MODEL.OF_ANOTHER_STORE' } });
    await mend('rebuild');
    const jobs = await ops(data, ['programmes', '--json']);
    expect(JSON.parse(jobs.stderr)).toMatchObject({ error: { code: 'JOBS.OF_ANOTHER_STORE' } });
    await mend('jobs', 'reset');
    const records = await ops(data, ['programmes', '--json']);
    expect(JSON.parse(records.stderr)).toMatchObject({
      error: { code: 'RECORDS.OF_ANOTHER_STORE', message: expect.stringContaining('records adopt') },
    });
    await mend('records', 'adopt');
    expect(await names()).toEqual(['other']);
    const api = await ApiProcess.start(data);
    await api.ready();
    await api.stop();
  });
});
