// One stored event for every type and version there has ever been, kept for good: what this program must still
// be able to read. A new version adds a file; none is ever changed.
import { describe, expect, it } from '@jest/globals';
import { EventCodec, type StoredEvent } from '#platform/event-store';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { eventDefinitions } from '../../apps/composition/src/index.js';

const folder = resolve('test/fixtures/events');
const files = readdirSync(folder).sort();

function stored(file: string): StoredEvent {
  const json = JSON.parse(readFileSync(join(folder, file), 'utf8')) as StoredEvent & { revision: string };
  return { ...json, revision: BigInt(json.revision), position: 1n };
}

describe('the events of the past', () => {
  const codec = new EventCodec(eventDefinitions);

  it('are kept for every type and every version of it', () => {
    const wanted = eventDefinitions.flatMap(({ type, version }) =>
      Array.from({ length: version }, (_, index) => `${type}.v${index + 1}.json`),
    );
    expect(files).toEqual(wanted.sort());
  });

  it.each(files)('%s can still be read', (file) => {
    const event = stored(file);
    const decoded = codec.decode(event);
    expect(`${decoded.type}.v${decoded.metadata.schemaVersion}.json`).toBe(file);
    const definition = eventDefinitions.find(({ type }) => type === decoded.type)!;
    if (definition.version === decoded.metadata.schemaVersion) expect(decoded.data).toEqual(event.data);
  });

  it('have never been changed', () => {
    const changed = execFileSync(
      'git',
      ['log', '--diff-filter=MDR', '--format=', '--name-only', '--', folder],
      {
        encoding: 'utf8',
      },
    );
    expect(changed.trim()).toBe('');
  });
});
