// The demonstration on a real extract of the register, which has no teachers in it.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ops, temporaryFolder } from './api-process.js';
import { asked, citedIn, expectLedgerIdentities, sha256, type Explained, type Ledger } from './demo-store.js';

const GIAS_SAMPLE = fileURLToPath(new URL('../../../../shared/data/gias-sample.csv', import.meta.url));
const PROGRAMME = 'workforce-development';

// A bound for what hangs.
jest.setTimeout(900_000);

let root: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => (root = await temporaryFolder()));
afterAll(() => root.remove());

const withSample = existsSync(GIAS_SAMPLE) ? describe : describe.skip;
withSample('the demo on a real GIAS extract without FTE (../shared/data/gias-sample.csv)', () => {
  it('makes a census up, says so plainly, and cites its rows', async () => {
    const data = join(root.path, 'real');
    const ended = await ops(data, ['demo', '--gias', GIAS_SAMPLE]);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).toMatch(/MADE UP/);
    expect(ended.stdout).toMatch(/made up/);
    expectLedgerIdentities(await asked<Ledger>(data, 'ledger', PROGRAMME));
    const id = /explain tranche (\S+)/.exec(ended.stdout)![1]!;
    const explained = await asked<Explained>(data, 'explain', 'tranche', id);
    const source = citedIn(explained, 'made-up-workforce-census.csv');
    const path = join(data, source.file);
    expect(source.sha256).toBe(await sha256(path));
    const rows: string[][] = parse(await readFile(path));
    expect(rows[source.row - 1]?.[0]).toBe(id.split('.')[1]);
  });
});
