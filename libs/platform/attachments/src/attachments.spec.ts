import { parseInstant } from '#kernel';
import { openSqliteRecords, type Records } from '#platform/records';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Attachments, LARGEST_ATTACHMENT_BYTES } from './attachments.js';

const clock = { now: () => parseInstant('2024-01-01T09:00:00Z', 'now') };
const SAM = { subject: 'sam', settings: ['140001', '140002'] };
const OLIVE = { subject: 'olive', settings: 'all' } as const;
const letter = Buffer.from('Dear all');
const sha256 = createHash('sha256').update(letter).digest('hex');

describe('attachments', () => {
  let folder: string;
  let records: Records;
  let attachments: Attachments;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tranche-attachments-'));
    records = await openSqliteRecords({ path: join(folder, 'records.sqlite') });
    attachments = new Attachments(join(folder, 'attachments'), records, clock);
  });
  afterEach(async () => {
    await records.close();
    rmSync(folder, { recursive: true });
  });
  const files = () =>
    readdirSync(join(folder, 'attachments'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);

  it('are kept by their content, and found again with name, type, size and who sent them in', async () => {
    const kept = await attachments.keep('C:\\My files\\letter.PDF', letter, SAM);
    expect(kept).toEqual({
      ...{ fileName: 'letter.PDF', mediaType: 'application/pdf', bytes: 8, sha256 },
      ...{ keptBy: 'sam', keptAt: clock.now() },
    });
    expect(files()).toEqual([sha256]);
    const again = new Attachments(join(folder, 'attachments'), records, clock);
    expect(await again.find(sha256)).toEqual(kept);
    expect(await again.open(sha256)).toEqual({ ...kept, content: letter });
  });

  it('are kept once, and each who sends them in has their own name for them', async () => {
    await attachments.keep('letter.txt', letter, SAM);
    expect(await attachments.keep('copy.bin', letter, OLIVE)).toMatchObject({
      ...{ fileName: 'copy.bin', mediaType: 'application/octet-stream', keptBy: 'olive' },
    });
    expect(await attachments.find(sha256)).toMatchObject({ fileName: 'letter.txt', keptBy: 'sam' });
    expect(files()).toEqual([sha256]);
    await Promise.all(Array.from({ length: 8 }, () => attachments.keep('letter.txt', letter, SAM)));
    expect(files()).toEqual([sha256]);
  });

  it('are of the settings they were sent in for, by the name last given there, or else of everybody', async () => {
    const nameFor = async (urn: string) => (await attachments.findOf(urn, sha256, 'sam'))?.fileName;
    await attachments.keep('letter.txt', letter, SAM);
    expect(await Promise.all(['140001', '140002', '140003'].map(nameFor))).toEqual([
      ...['letter.txt', 'letter.txt', undefined],
    ]);
    await attachments.keep('sent.txt', letter, OLIVE);
    expect(await Promise.all(['140001', '140003'].map(nameFor))).toEqual(['letter.txt', 'sent.txt']);
    await attachments.keep('again.txt', letter, { subject: 'tim', settings: ['140001'] });
    expect(await Promise.all(['140001', '140002'].map(nameFor))).toEqual(['again.txt', 'letter.txt']);
    expect(await attachments.findOf('140001', '../records', 'sam')).toBeUndefined();
    const cited = { ...(await attachments.find(sha256))!, fileName: 'cited.txt' };
    expect(await attachments.open(sha256, cited)).toEqual({ ...cited, content: letter });
  });

  it('that were kept before it was known for whom are theirs who sent them in', async () => {
    const old = {
      ...{ fileName: 'letter.txt', mediaType: 'text/plain', bytes: 8, sha256 },
      ...{ keptBy: 'sam', keptAt: clock.now() },
    };
    const write = { value: old, expected: 'none', expiresAt: 'never' } as const;
    await records.put({ kind: 'attachment', id: sha256 }, write, clock.now());
    const citedBy = (subject: string, urn = '140003') => attachments.findOf(urn, sha256, subject);
    expect(await citedBy('sam')).toEqual(old);
    expect(await citedBy('tim')).toBeUndefined();
    await attachments.keep('tims.txt', letter, { subject: 'tim', settings: ['140001'] });
    expect(await citedBy('tim', '140001')).toMatchObject({ fileName: 'tims.txt' });
    expect(await citedBy('tim')).toBeUndefined();
    const other = Buffer.from('of one setting');
    const { sha256: known } = await attachments.keep('a.txt', other, {
      subject: 'sam',
      settings: ['140001'],
    });
    expect(await attachments.findOf('140003', known, 'sam')).toBeUndefined();
    expect(await attachments.find(known)).not.toHaveProperty('bySetting');
  });

  it('are refused once they are not what was sent in, and mended by sending them in again', async () => {
    await attachments.keep('letter.txt', letter, SAM);
    const path = join(folder, 'attachments', sha256.slice(0, 2), sha256);
    writeFileSync(path, 'Dear nobody');
    await expect(attachments.open(sha256)).rejects.toMatchObject({ code: 'ATTACHMENT.ALTERED' });
    rmSync(path);
    await expect(attachments.open(sha256)).rejects.toMatchObject({
      code: 'ATTACHMENT.NOT_FOUND',
      message: expect.stringContaining('the content of letter.txt is missing'),
    });
    await attachments.keep('letter.txt', letter, SAM);
    expect((await attachments.open(sha256)).content).toEqual(letter);
  });

  it.each(['0'.repeat(64), '../../records.sqlite', ''])(
    'that nobody sent in are not there: %j',
    async (hash) => {
      expect(await attachments.find(hash)).toBeUndefined();
      await expect(attachments.open(hash)).rejects.toMatchObject({ code: 'ATTACHMENT.NOT_FOUND' });
    },
  );

  it.each([
    ['without a name', '', letter, 'ATTACHMENT.FILE_NAME'],
    ['with the name of a folder', 'folder/', letter, 'ATTACHMENT.FILE_NAME'],
    ['with a name that breaks a line', 'a\nb', letter, 'ATTACHMENT.FILE_NAME'],
    ['without content', 'empty.pdf', Buffer.alloc(0), 'ATTACHMENT.EMPTY'],
    ['too large', 'film.mp4', Buffer.alloc(LARGEST_ATTACHMENT_BYTES + 1), 'ATTACHMENT.TOO_LARGE'],
  ])('are refused %s, and nothing is kept', async (_, name, content, code) => {
    await expect(attachments.keep(name, content, SAM)).rejects.toMatchObject({
      code,
      refusal: { details: { field: 'file' } },
    });
    expect(existsSync(join(folder, 'attachments'))).toBe(false);
  });

  it('say clearly that the folder cannot be written to, and are not found then', async () => {
    writeFileSync(join(folder, 'attachments'), '');
    await expect(attachments.keep('letter.txt', letter, SAM)).rejects.toMatchObject({
      code: 'ATTACHMENT.NOT_WRITABLE',
    });
    expect(await attachments.find(sha256)).toBeUndefined();
  });

  it('say clearly that there is no room, and leave no part of a file', () => {
    // The operating system's own limit on the size of a file, in a process that ignores its signal.
    const script = `
      import { Attachments } from ${JSON.stringify(new URL('./index.js', import.meta.url).href)};
      const attachments = new Attachments(process.argv[1], { put: () => { throw new Error('too early') } }, {});
      await attachments.keep('a.bin', Buffer.alloc(100000), { subject: 'sam', settings: 'all' }).catch((error) => console.log(error.code));`;
    const command = `trap '' XFSZ; ulimit -f 16; exec "$0" --input-type=module -e "$1" "$2"`;
    const place = join(folder, 'full');
    const said = execFileSync('bash', ['-c', command, process.execPath, script, place], { encoding: 'utf8' });
    expect(said.trim()).toBe('ATTACHMENT.FULL');
    expect(readdirSync(place, { recursive: true })).toHaveLength(1); // the empty folder
  });

  it('are whole or not there after a crash before the name was written down', async () => {
    const dying = new Attachments(
      join(folder, 'attachments'),
      { get: () => Promise.resolve(undefined), put: () => Promise.reject(new Error('killed')) },
      clock,
    );
    await expect(dying.keep('letter.txt', letter, SAM)).rejects.toThrow('killed');
    expect(await attachments.find(sha256)).toBeUndefined();
    expect(readFileSync(join(folder, 'attachments', sha256.slice(0, 2), sha256))).toEqual(letter);
    expect(await attachments.keep('other.txt', letter, SAM)).toMatchObject({ fileName: 'other.txt' });
  });
});
