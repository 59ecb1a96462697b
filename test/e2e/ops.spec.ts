// The command line as a process of its own: exit codes, where errors go, and what a script can rely on.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ops, temporaryFolder } from './api-process.js';
import { itEmbedded } from './it-embedded.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => (folder = await temporaryFolder()));
afterAll(() => folder.remove());

const OPS = fileURLToPath(new URL('../../bin/ops.js', import.meta.url));

describe('a folder where a file is wanted', () => {
  it.each([
    ['import', 'settings'],
    ['import', 'workforce'],
    ['programme', 'create'],
  ])('is named by %s %s', async (...command) => {
    const data = join(folder.path, 'untouched');
    const refused = await ops(data, [...command, folder.path, '--json']);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^\{"error":\{"code":"OPS.FILE","message":"[^"]* is a folder/);
    expect(existsSync(data)).toBe(false);
  });
});

describe('a file that is refused', () => {
  itEmbedded('as the first thing in a new folder leaves no store there', async () => {
    const data = join(folder.path, 'not-begun');
    const empty = join(folder.path, 'empty.csv');
    await writeFile(empty, '');
    const refused = await ops(data, ['import', 'settings', empty]);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was written') });
    expect(existsSync(data)).toBe(false);
  });

  it('as a later thing leaves the store that is there', async () => {
    const data = join(folder.path, 'begun');
    const good = join(folder.path, 'good.csv');
    await writeFile(
      good,
      'URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (name),PhaseOfEducation (name)\n' +
        '100001,935,Suffolk,Oak Primary,Open,Primary\n',
    );
    expect((await ops(data, ['import', 'settings', good])).code).toBe(0);
    expect((await ops(data, ['import', 'settings', join(folder.path, 'empty.csv')])).code).toBe(1);
    expect(JSON.parse((await ops(data, ['settings', '--json'])).stdout)).toHaveLength(1);
  });
});

describe('an events file that was emptied', () => {
  itEmbedded(
    'is refused by every command, and nothing is begun anew beside what was made from it',
    async () => {
      const data = join(folder.path, 'emptied');
      expect((await ops(data, ['import', 'settings', join(folder.path, 'good.csv')])).code).toBe(0);
      await truncate(join(data, 'events.sqlite'), 0);
      for (const args of [
        ['programmes'],
        ['import', 'settings', join(folder.path, 'good.csv')],
        ['demo', '--force'],
      ]) {
        const refused = await ops(data, [...args, '--json']);
        expect(refused.code).toBe(1);
        expect(JSON.parse(refused.stderr)).toMatchObject({
          error: { code: 'STORE.FOREIGN_FILE', message: expect.stringContaining('0 bytes are left of it') },
        });
        expect((await stat(join(data, 'events.sqlite'))).size).toBe(0);
      }
    },
  );
});

describe('a programme that is not there', () => {
  it.each([['ledger'], ['tranches'], ['reports'], ['reminders'], ['snapshots']])(
    'is said not to be by %s',
    async (command) => {
      const refused = await ops(join(folder.path, 'begun'), [command, 'nope', '--json']);
      expect(refused).toMatchObject({ code: 1, stdout: '' });
      expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'PROGRAMME.NOT_FOUND' } });
    },
  );
});

describe('wrong usage', () => {
  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['events', '--bogus'], "unknown option '--bogus'"],
    [['events', 'too', 'many'], 'too many arguments'],
    [['events', '--from', 'yesterday'], '--from must be the position'],
    [['jobs', '--status', 'odd'], 'Allowed choices are'],
    [['token', '--role', 'payer'], "required option '--subject <name>' not specified"],
    [['token', '--subject', 'x'], '--role is needed'],
    [['token', '--subject', 'x', '--role', 'god'], 'role must be one of'],
    [['token', '--subject', 'system:x', '--role', 'payer'], "must not begin with 'system:'"],
    [['token', '--subject', 'x', '--role', 'payer', '--ttl', 'long'], '--ttl must be'],
    [['token', '--subject', 'x', '--role', 'setting'], '--urn is needed for the role setting'],
    [['token', '--subject', 'x', '--role', 'adviser', '--urn', '12'], '--urn must be a URN'],
    [['token', '--subject', 'x', '--role', 'payer', '--urn', '140001'], 'payer sees every setting'],
    [['events', '--as', ' x'], '--as must not begin or end with a space'],
    [['events', '--role', 'god'], '--role must be one of'],
    [
      ['events', '--occurred-at', 'soon'],
      "occurredAt 'soon' must be a date, such as 2024-10-27, or an instant",
    ],
    [['demo', '--as', 'sam'], '--as, --role and --occurred-at are not for it'],
    [['explain'], 'a command is missing: --help lists those there are'],
  ])('%j ends with 2 and says why', async (args, says) => {
    const data = join(folder.path, 'untouched');
    const [plain, asked] = await Promise.all([ops(data, args), ops(data, [...args, '--json'])]);
    expect(plain).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(says) });
    expect(asked).toMatchObject({ code: 2, stdout: '' });
    expect(JSON.parse(asked.stderr)).toEqual({
      error: expect.objectContaining({
        code: expect.any(String),
        message: expect.stringContaining(says),
      }),
    });
    expect(existsSync(data)).toBe(false);
  });

  it('is a variable with a value it cannot have', async () => {
    const ended = await ops(join(folder.path, 'untouched'), ['events'], { EVENT_STORE_MAX_PAGES: 'many' });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('EVENT_STORE_MAX_PAGES must be a whole number');
  });

  it('is no command at all; help is what shows it', async () => {
    const nothing = await new Promise<number | null>((resolve) => {
      execFile(process.execPath, [OPS], (error) => resolve(error === null ? 0 : Number(error.code)));
    });
    expect(nothing).toBe(2);
    const help = await ops(folder.path, ['--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('Usage: ops');
  });
});

describe('a folder without data', () => {
  itEmbedded.each([['events'], ['jobs'], ['health'], ['rebuild']])(
    'is said to be one by %s, and stays as it is',
    async (name) => {
      const data = join(folder.path, 'missing');
      const ended = await ops(data, [name, '--json']);
      expect(ended.code).toBe(1);
      expect(JSON.parse(ended.stderr).error).toMatchObject({ code: 'STORE.MISSING', folder: data });
      expect(existsSync(data)).toBe(false);
    },
  );
});

describe('a file that is not ours', () => {
  itEmbedded('is refused and left as it is', async () => {
    const data = (await temporaryFolder()).path;
    await writeFile(join(data, 'events.sqlite'), 'x'.repeat(5000));
    const ended = await ops(data, ['events', '--json']);
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stderr).error).toMatchObject({ code: 'STORE.FOREIGN_FILE' });
    expect(await readdir(data)).toEqual(['events.sqlite']);
    expect((await stat(join(data, 'events.sqlite'))).size).toBe(5000);
  });
});

describe('token', () => {
  it('is the only thing on stdout, and the same key signs the next one', async () => {
    const data = join(folder.path, 'tokens');
    const one = await ops(data, ['token', '--subject', 'Amina Khan', '--role', 'approver']);
    expect(one).toMatchObject({ code: 0, stderr: '' });
    expect(one.stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const two = await ops(data, ['token', '--subject', 'B', '--role', 'payer', '--ttl', '30m', '--json']);
    const issued = JSON.parse(two.stdout) as { token: string; expiresAt: string };
    const inAnHalfHour = Date.parse(issued.expiresAt) - Date.now();
    expect(inAnHalfHour).toBeGreaterThan(29 * 60_000);
    expect(inAnHalfHour).toBeLessThanOrEqual(30 * 60_000);
    const keyOf = (token: string): unknown =>
      (JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }).kid;
    expect(keyOf(issued.token)).toBe(keyOf(one.stdout));
    const tom = ['token', '--subject', 'tom', '--role', 'adviser', '--json'];
    const three = await ops(data, [...tom, '--urn', '140001', '--urn', '140002']);
    expect(JSON.parse(three.stdout)).toMatchObject({ settings: ['140001', '140002'] });
    expect(await readdir(join(data, 'keys'))).toEqual(['token-signing-key.pem']);
  });
});

describe('a pipe that is closed early', () => {
  it('is an end, not an error', async () => {
    const child = spawn('sh', ['-c', `"${process.execPath}" "${OPS}" --help | head -n 1`], { stdio: 'pipe' });
    let stderr = '';
    child.stderr.on('data', (data) => (stderr += String(data)));
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
