// The page that a new programme office types from, played line by line as it stands, on the day that it is played.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addDays, dateInLondon, parseDate, systemClock } from '#kernel';
import { ops, temporaryFolder } from './api-process.js';

const PAGE = fileURLToPath(new URL('../../../infra/docs/first-programme.md', import.meta.url));
/** The day on which the page is told; it is played with all its dates moved to today. */
const TOLD_ON = '2026-11-30';
const TYPED = '$ npm run -s ops -- ';

/** What a person takes over from what they were told before: the newest there is. */
const TAKEN_OVER: Readonly<Record<string, RegExp>> = {
  TOKEN: /--confirm ([0-9a-f-]{36})/g,
  ENTRY: /entry ([0-9a-f-]{36})/g,
  HASH: /--hash ([0-9a-f]{64})/g,
  REFERENCE: /reference ([0-9a-f-]{36})/g,
  SHA256: /the file has the SHA-256 ([0-9a-f]{64})/g,
};

interface Section {
  readonly title: string;
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly commands: readonly string[];
}

function sectionsOf(page: string): readonly Section[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((text) => {
      const blocks = [...text.matchAll(/^```(\w+) ?(\S*)\n([^]*?)^```$/gm)].map(([, , name, content]) => ({
        name: name!,
        content: content!,
      }));
      const typed = blocks.filter(({ name }) => name === '').flatMap(({ content }) => content.split('\n'));
      return {
        title: text.split('\n')[0]!,
        files: blocks.filter(({ name }) => name !== ''),
        commands: typed.filter((line) => line !== '').map((line) => line.slice(TYPED.length)),
      };
    });
}

function movedToToday(page: string): string {
  const day = 86_400_000;
  const today = dateInLondon(systemClock.now());
  const days = Math.round((Date.parse(today) - Date.parse(TOLD_ON)) / day);
  return page.replace(/\b20\d\d-\d\d-\d\d\b/g, (date) => addDays(parseDate(date), days));
}

describe('the page of a first programme', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let told = '';
  const sections = sectionsOf(movedToToday(readFileSync(PAGE, 'utf8')));
  const names = sections.flatMap(({ files }) => files.map(({ name }) => name));

  beforeAll(async () => (folder = await temporaryFolder()));
  afterAll(() => folder.remove());

  const word = (typed: string): string => {
    const bare = typed.replaceAll('"', '');
    if (names.includes(bare)) return join(folder.path, bare);
    const found = TAKEN_OVER[bare] === undefined ? bare : [...told.matchAll(TAKEN_OVER[bare])].at(-1)?.[1];
    if (found === undefined) throw new Error(`nothing said so far gives a ${bare}`);
    return found;
  };
  const run = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await ops(
      join(folder.path, 'data'),
      [...line.matchAll(/"[^"]*"|\S+/g)].map(([typed]) => word(typed)),
    );
    if (code !== 0) throw new Error(`${line}\n${stdout}${stderr}`);
    told += stdout;
    return stdout;
  };

  it.each(sections)('can be followed: $title', async ({ files, commands }) => {
    expect(commands).not.toEqual([]);
    for (const { name, content } of files) await writeFile(join(folder.path, name), content);
    for (const line of commands) expect(await run(line)).not.toBe('');
  });

  it('asks in its forms for what its files say', async () => {
    const file = async (name: string): Promise<unknown> =>
      JSON.parse(await readFile(join(folder.path, name), 'utf8'));
    const audit = (await file('audit.json')) as { ratings: { feature: string; group: string }[] };
    expect(JSON.parse(await run('audit form suffolk --group early-career-teachers'))).toMatchObject({
      groups: ['early-career-teachers'],
      ratings: audit.ratings.map(({ feature, group }) => ({ feature, group, rating: null, evidence: '' })),
    });
    const report = (await file('report.json')) as { actions: { actionId: string }[] };
    expect(JSON.parse(await run('report form suffolk 124001'))).toMatchObject({
      actions: report.actions.map(({ actionId }) => ({ actionId, status: null, spentPence: null })),
    });
  });

  it.each([
    ['audit form suffolk --group prefects', 'AUDIT.GROUP_UNKNOWN'],
    ['audit form suffolk 124001 --cycle 7', 'AUDIT.NOT_FOUND'],
    ['audit form suffolk --cycle 1', 'AUDIT.CYCLE'],
    ['report form suffolk 124002', 'PLAN.NOT_FOUND'],
  ])('refuses %s where there is no such thing', async (line, code) => {
    await expect(run(line)).rejects.toThrow(code);
  });

  it('ends with a tranche paid, the next one proposed, and the rest of the budget set aside', async () => {
    expect(JSON.parse(await run('ledger suffolk --json'))).toMatchObject({
      ...{ committedPence: 5_000_000, availablePence: 0, releasedPence: 1_677_273, settledPence: 1_677_273 },
    });
    expect(told).toMatch(/124003 Ash Nursery School, open, but proposed to close/);
    expect(await run('work suffolk approver')).toMatch(/approve.* tranche 2/);
  });
});
