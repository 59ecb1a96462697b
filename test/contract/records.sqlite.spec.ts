import { openSqliteRecords } from '#platform/records';
import { afterAll } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordsContract } from './records.contract.js';

const folder = mkdtempSync(join(tmpdir(), 'tranche-records-'));
afterAll(() => rmSync(folder, { recursive: true }));

recordsContract('node:sqlite', () => openSqliteRecords({ path: join(folder, 'records.sqlite') }));
