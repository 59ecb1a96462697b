import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeProblems } from './compose-rules.js';
import { repository } from './planted.js';

const text = readFileSync(join(repository, 'docker-compose.yml'), 'utf8');

/** The file with one thing changed, which has to be in it. */
function planted(from: string | RegExp, to: string): readonly string[] {
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return composeProblems(changed);
}

describe('docker-compose.yml', () => {
  it('validates against the Compose specification and keeps our rules', () => {
    expect(composeProblems(text)).toEqual([]);
  });

  it.each<readonly [what: string, from: string | RegExp, to: string, problem: RegExp]>([
    ['a key the specification does not know', 'healthcheck: *health', 'heathcheck: *health', /must NOT have/],
    ['a value of the wrong kind', /ports:\n\s+- .*/, 'ports: { a: 1 }', /ports: must be array/],
    ['an image of any version', 'redis:7.4.5-bookworm', 'redis:latest', /redis: .* not pinned/],
    ['an image without a version', 'mongo:8.0.12', 'mongo', /mongodb-key: .* not pinned/],
    ['a port open to all', '127.0.0.1:${TRANCHE_PORT', '${TRANCHE_PORT', /api: port .* from elsewhere/],
    ['a volume that is not declared', '  redis-data:\n', '', /redis: volume redis-data is not declared/],
    ['a network that is not declared', '  front: {}\n', '', /api: network front is not declared/],
    ['capabilities', /x-app: ([^]*?)cap_drop:\n\s+- ALL/, 'x-app: $1', /worker: it keeps capabilities/],
    ['new privileges', 'no-new-privileges:true', 'no-new-privileges:false', /redis: it may gain privileges/],
    ['a user who is root', "user: '999:999'", "user: '0:0'", /mongodb: it runs as root/],
    ['our own user as root', "user: '10001:10001'", "user: '0:0'", /projector: it does not run as a user/],
    ['a root file system to write to', 'read_only: true', 'read_only: false', /api: its root file system/],
    ['no health check', 'healthcheck: *health-of-background', '', /projector: it has no health check/],
    [
      'waiting for who is not there',
      'eventstore:\n      condition',
      'evenstore:\n      condition',
      /which is not there/,
    ],
    [
      'waiting for the end of what never ends',
      'redis:\n      condition: service_healthy',
      'redis:\n      condition: service_completed_successfully',
      /redis never is service_completed_successfully/,
    ],
    [
      'waiting for the health of what ends',
      'mongodb-initiate:\n      condition: service_completed_successfully',
      'mongodb-initiate:\n      condition: service_healthy',
      /mongodb-initiate never is service_healthy/,
    ],
    [
      'a secret that may be empty',
      /\$\{REDIS_PASSWORD:\?[^}]*\}/,
      '${REDIS_PASSWORD}',
      /REDIS_PASSWORD .* not required/,
    ],
    [
      'a secret with a default',
      /\$\{EVENTSTORE_OPS_PASSWORD:\?[^}]*\}/,
      '${EVENTSTORE_OPS_PASSWORD:-letmein}',
      /EVENTSTORE_OPS_PASSWORD .* not required/,
    ],
    [
      'a secret written out',
      /MONGO_INITDB_ROOT_PASSWORD: .*/,
      'MONGO_INITDB_ROOT_PASSWORD: s3cret',
      /MONGO_INITDB_ROOT_PASSWORD .* written out/,
    ],
    ['a password everybody knows', /admin:\$\{[^}]*\}@/, 'admin:changeit@', /everybody knows/],
    ['a variable nobody reads', 'HEALTH_PORT:', 'HEALTHPORT:', /HEALTHPORT is no variable/],
    [
      'a value that is not accepted',
      'MACHINE_ROOM: apart',
      'MACHINE_ROOM: elsewhere',
      /MACHINE_ROOM must be/,
    ],
    [
      'no certificate to verify',
      '&tlsCAFile=/etc/tranche/eventstore/ca.crt',
      '',
      /does not verify the certificate/,
    ],
    ['no TLS', 'tls=true', 'tls=false', /does without TLS/],
    [
      'an authority that can be changed',
      '/etc/tranche/eventstore:ro',
      '/etc/tranche/eventstore',
      /may write there/,
    ],
    [
      'an insecure engine',
      'EVENTSTORE_CLUSTER_SIZE',
      'EVENTSTORE_INSECURE',
      /eventstore: it is told to be insecure/,
    ],
    [
      'a Redis that evicts',
      'noeviction\n        append',
      'allkeys-lru\n        append',
      /redis: it lacks maxmemory-policy/,
    ],
    [
      'a Redis that appends later',
      'appendfsync always\n        END',
      'appendfsync everysec\n        END',
      /lacks appendfsync/,
    ],
    ['a Redis without a password', 'requirepass', 'protected-mode no #', /redis: it lacks requirepass/],
    ['a MongoDB without a key', '--keyFile, ', '--config, ', /mongodb: it lacks --keyFile/],
  ])('would not, with %s', (_, from, to, problem) => {
    expect(planted(from, to)).toContainEqual(expect.stringMatching(problem));
  });
});

describe('the Dockerfile', () => {
  const dockerfile = readFileSync(join(repository, 'infra/docker/Dockerfile'), 'utf8');

  it('has in every stage the Node with which the tests run', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      devDependencies: Readonly<Record<string, string>>;
    };
    const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(new Set(images)).toEqual(new Set([`node:${devDependencies['node']}-bookworm-slim`]));
  });

  it('ends as a user who is not root', () => {
    expect([...dockerfile.matchAll(/^USER (.*)$/gm)].map(([, user]) => user)).toEqual(['10001:10001']);
  });
});
