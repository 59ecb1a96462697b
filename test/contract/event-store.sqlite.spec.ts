import { openSqliteEventStore } from '#platform/event-store';
import { afterAll } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventStoreContract } from './event-store.contract.js';

const folder = mkdtempSync(join(tmpdir(), 'tranche-events-'));
afterAll(() => rmSync(folder, { recursive: true }));

eventStoreContract('node:sqlite', () => openSqliteEventStore({ path: join(folder, 'events.sqlite') }));
