import { openSqliteJobStore } from '#platform/jobs';
import { afterAll } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jobStoreContract } from './jobs.contract.js';

const folder = mkdtempSync(join(tmpdir(), 'tranche-jobs-'));
afterAll(() => rmSync(folder, { recursive: true }));

jobStoreContract('node:sqlite', () => openSqliteJobStore({ path: join(folder, 'jobs.sqlite') }));
