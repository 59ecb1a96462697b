// A process of its own that writes records as fast as it can, and writes down what was acknowledged the moment it
// learns of it, with a synchronous write: what is in that file was acknowledged, however the process ends.
import { parseInstant, randomId } from '#kernel';
import { openMongoRecords, openSqliteRecords, type ExpectedRecord, type Version } from '#platform/records';
import { openSync, writeSync } from 'node:fs';

export interface RecordsWriterOptions {
  /** A file, or the URL of a MongoDB. */
  readonly store: string;
  readonly acknowledgements: string;
  readonly writers: number;
}

const NOW = parseInstant('2024-03-01T12:00:00Z');
const { store, acknowledgements, writers } = JSON.parse(process.argv[2] ?? '{}') as RecordsWriterOptions;
const file = openSync(acknowledgements, 'a');
const records = await (store.startsWith('mongodb:')
  ? openMongoRecords({ url: store })
  : openSqliteRecords({ path: store }));

/** One record, counted up from version to version: what is there is never behind what was acknowledged. */
async function write(): Promise<void> {
  const key = { kind: 'fault', id: randomId() };
  let expected: ExpectedRecord = 'none';
  for (let n = 1; ; n += 1) {
    const value = { n, padding: 'x'.repeat(n % 700) };
    const version: Version | undefined = await records.put(key, { value, expected, expiresAt: 'never' }, NOW);
    if (version === undefined) throw new Error(`${key.id} was not what nobody else changes`);
    writeSync(file, `${JSON.stringify({ id: key.id, n, version })}\n`);
    expected = version;
  }
}

await Promise.all(Array.from({ length: writers }, write));
