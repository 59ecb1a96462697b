import { RefusalError } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBody } from './json-file.js';

describe('a file with what a command says', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tranche-json-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function read(content: string | Buffer): ReturnType<typeof readBody> {
    const path = join(folder, 'plan.json');
    await writeFile(path, content);
    return readBody(path, ['actions', 'auditCycle']);
  }

  it('holds the fields of the command, and may say when it happened', async () => {
    expect(await read('{"actions":[]}')).toEqual({ body: { actions: [] }, said: {} });
    expect(await read('{"occurredAt":"2024-01-05","auditCycle":2}')).toEqual({
      body: { auditCycle: 2 },
      said: { occurredAt: '2024-01-05' },
    });
  });

  it.each<[string, string | Buffer, string, RegExp]>([
    ['is not JSON', '{"actions": [', 'FILE.NOT_JSON', /plan\.json: is not JSON/],
    ['is empty', '', 'FILE.NOT_JSON', /plan\.json: is not JSON/],
    ['is a list', '[]', 'FILE.NOT_AN_OBJECT', /must hold a JSON object with actions, auditCycle/],
    ['is null', 'null', 'FILE.NOT_AN_OBJECT', /must hold a JSON object/],
    [
      'has a field of another name',
      '{"action":[]}',
      'FILE.UNKNOWN_FIELD',
      /action is not a field that is known here/,
    ],
    ['names its own setting', '{"urn":"124570"}', 'FILE.UNKNOWN_FIELD', /urn is not a field/],
    ['says when in numbers', '{"occurredAt":20240105}', 'FILE.OCCURRED_AT', /occurredAt must be text/],
    ['is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'FILE.NOT_UTF8', /UTF-8/],
    ['is too large', ' '.repeat(1024 * 1024 + 1), 'FILE.TOO_LARGE', /1048577 bytes/],
  ])('is refused if it %s', async (_, content, code, message) => {
    const refused = await read(content).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(RefusalError);
    expect((refused as RefusalError).code).toBe(code);
    expect((refused as RefusalError).message).toMatch(message);
  });

  it('is missed by its path', async () => {
    await expect(readBody(join(folder, 'nowhere.json'), [])).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
