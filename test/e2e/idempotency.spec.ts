// One Idempotency-Key for two things: refused, wherever the second would have gone; and what holds without the records.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ApiProcess, temporaryFolder, type Answer, type Client } from './api-process.js';
import { itEmbedded } from './it-embedded.js';
import { programmeForm } from './programme-form.js';

const REUSED = { status: 422, body: { code: 'REQUEST.IDEMPOTENCY_KEY_REUSED', field: 'Idempotency-Key' } };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let api: ApiProcess;
let olu: Client;
beforeAll(async () => {
  folder = await temporaryFolder();
  api = await ApiProcess.start(folder.path);
  olu = await api.as('olu', 'operations');
});
afterAll(async () => {
  await api.stop();
  await folder.remove();
});

const key = (): Record<string, string> => ({ 'idempotency-key': randomUUID() });
const create = (id: string, headers: Record<string, string>, more: object = {}): Promise<Answer> =>
  olu.post('/api/v1/programmes', { ...programmeForm(id), ...more }, headers);
const eventsIn = async (stream: string): Promise<{ id: string }[]> =>
  (await olu.get(`/api/v1/events?stream=${stream}`)).body.events as { id: string }[];

describe('a key used again', () => {
  it('with the same input is answered as before, however that is written', async () => {
    const headers = key();
    const one = await create('same', headers);
    const { id, ...rest } = programmeForm('same') as { id: string };
    const two = await olu.post('/api/v1/programmes', { ...rest, id }, headers);
    expect(one.status).toBe(201);
    expect(two).toMatchObject({ status: 201, body: one.body });
  });

  it('with other input is refused, and nothing is done: on the same stream, on another, by file and by query', async () => {
    const headers = key();
    await create('first', headers);
    expect(await create('first', headers, { name: 'Another name' })).toMatchObject(REUSED);
    expect(await create('second', headers)).toMatchObject(REUSED);
    expect(await eventsIn('programme-first')).toHaveLength(1);
    expect(await eventsIn('programme-second')).toEqual([]);
    const raw = await readFile(resolve('test/fixtures/gias/eighteen-columns.csv'));
    const send = (
      file: string,
      content: Buffer<ArrayBuffer>,
      more: Record<string, string>,
    ): Promise<Answer> =>
      olu.send('POST', `/api/v1/settings/imports?file=${file}`, {
        raw: content,
        headers: { 'content-type': 'text/csv', ...more },
      });
    const once = key();
    const imported = await send('a.csv', raw, once);
    expect(imported).toMatchObject({ status: 200, body: { registered: 12 } });
    expect(await send('a.csv', raw, once)).toEqual({ ...imported, headers: expect.anything() });
    expect(await send('b.csv', raw, once)).toMatchObject(REUSED);
    expect(await send('a.csv', raw.subarray(0, -1), once)).toMatchObject(REUSED);
  });

  it('by another person, or on another route, is another key', async () => {
    const headers = key();
    await create('by-olu', headers);
    const amina = await api.as('amina', 'operations');
    const other = await amina.post('/api/v1/programmes', programmeForm('by-amina'), headers);
    expect(other.status).toBe(201);
  });

  it('is good for what is put right, as long as no command has come of it', async () => {
    const headers = key();
    expect((await create('mended', headers, { surprise: 1 })).status).toBe(400);
    expect((await create('mended', headers)).status).toBe(201);
  });
});

describe('while the records cannot be asked', () => {
  itEmbedded(
    'a key still carries a command out once, and no two commands share the ids of events',
    async () => {
      const other = new DatabaseSync(join(folder.path, 'records.sqlite'));
      other.exec('BEGIN IMMEDIATE');
      const headers = key();
      const one = await create('alone', headers);
      expect(await create('alone', headers)).toMatchObject({ status: 201, body: one.body });
      // Not noticed then, and told by the event store as it always was: the first answer, or another command.
      expect(await create('alone', headers, { name: 'Another' })).toMatchObject({ body: one.body });
      expect((await create('not-alone', headers)).status).toBe(201);
      other.exec('ROLLBACK');
      other.close();
      const [alone, notAlone] = [await eventsIn('programme-alone'), await eventsIn('programme-not-alone')];
      expect([alone.length, notAlone.length]).toEqual([1, 1]);
      expect(alone[0]!.id).not.toBe(notAlone[0]!.id);
      for (const name of ['alone', 'not-alone']) {
        for (let tries = 0; (await eventsIn(`fund-${name}`)).length === 0; tries += 1) {
          if (tries > 200) throw new Error(`the fund of ${name} was not opened`);
          await new Promise((wake) => setTimeout(wake, 25));
        }
      }
      expect(api.stderr).toContain(
        'whether an Idempotency-Key was used with other input before is not known',
      );
    },
  );
});
