import { openSqliteReadStore } from '#platform/read-store';
import { afterAll } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStoreContract } from './read-store.contract.js';

const folder = mkdtempSync(join(tmpdir(), 'tranche-read-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

readStoreContract('node:sqlite', () => openSqliteReadStore({ path: join(folder, 'read-models.sqlite') }));
