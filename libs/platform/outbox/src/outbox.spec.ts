import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Outbox } from './outbox.js';

const MESSAGE = { to: 'setting:124501', subject: 'Your report is due', body: 'Please send it.', window: 2 };

describe('the outbox', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tranche-outbox-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('writes one whole file for a job, in a folder it makes', async () => {
    const inside = join(folder, 'data', 'outbox');
    expect(await new Outbox(inside).deliver('remind.ipswich.124501.2', MESSAGE)).toBe(
      'remind.ipswich.124501.2.json',
    );
    expect(readdirSync(inside)).toEqual(['remind.ipswich.124501.2.json']);
    expect(JSON.parse(readFileSync(join(inside, 'remind.ipswich.124501.2.json'), 'utf8'))).toEqual({
      jobId: 'remind.ipswich.124501.2',
      ...MESSAGE,
    });
  });

  it('changes nothing when a job is delivered again', async () => {
    const outbox = new Outbox(folder);
    expect(await outbox.find('a')).toBeUndefined();
    await outbox.deliver('a', MESSAGE);
    expect(await outbox.find('a')).toBe('a.json');
    const before = statSync(join(folder, 'a.json'));
    expect(await outbox.deliver('a', { ...MESSAGE, body: 'otherwise' })).toBe('a.json');
    const after = statSync(join(folder, 'a.json'));
    expect([after.ino, after.mtimeMs]).toEqual([before.ino, before.mtimeMs]);
  });

  it('keeps the first of two deliveries at the same time', async () => {
    const outboxes = Array.from({ length: 8 }, () => new Outbox(folder));
    await Promise.all(outboxes.map((outbox, n) => outbox.deliver('a', { ...MESSAGE, body: `from ${n}` })));
    expect(readdirSync(folder)).toEqual(['a.json']);
    const { ino, nlink } = statSync(join(folder, 'a.json'));
    await outboxes[0]!.deliver('a', MESSAGE);
    expect(statSync(join(folder, 'a.json'))).toMatchObject({ ino, nlink: 1 });
    expect(nlink).toBe(1);
  });

  it('removes what a crash left behind, but not what is being written', async () => {
    writeFileSync(join(folder, '.old.tmp'), '{');
    writeFileSync(join(folder, '.new.tmp'), '{');
    writeFileSync(join(folder, 'kept.tmp'), '');
    const hoursAgo = Date.now() / 1000 - 7200;
    utimesSync(join(folder, '.old.tmp'), hoursAgo, hoursAgo);
    await new Outbox(folder).deliver('a', MESSAGE);
    expect(readdirSync(folder).sort()).toEqual(['.new.tmp', 'a.json', 'kept.tmp']);
  });

  it.each(['../a', 'a/b', '.a', ''])('refuses the job id %j', async (id) => {
    await expect(new Outbox(folder).deliver(id, MESSAGE)).rejects.toMatchObject({ code: 'JOB.BAD_ID' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says clearly that the folder cannot be written to', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(new Outbox(join(folder, 'file')).deliver('a', MESSAGE)).rejects.toMatchObject({
      code: 'OUTBOX.NOT_WRITABLE',
      message: expect.stringContaining(join(folder, 'file')),
    });
  });

  it('says clearly that there is no room, and leaves no part of a file', () => {
    // The operating system's own limit on the size of a file, in a process that ignores its signal.
    const script = `
      import { Outbox } from ${JSON.stringify(new URL('./index.js', import.meta.url).href)};
      const message = { to: 't', subject: 's', body: 'x'.repeat(100000) };
      await new Outbox(process.argv[1]).deliver('a', message).catch((error) => console.log(error.code));`;
    const command = `trap '' XFSZ; ulimit -f 16; exec "$0" --input-type=module -e "$1" "$2"`;
    const said = execFileSync('bash', ['-c', command, process.execPath, script, folder], {
      encoding: 'utf8',
    });
    expect(said.trim()).toBe('OUTBOX.FULL');
    expect(readdirSync(folder)).toEqual([]);
  });
});
