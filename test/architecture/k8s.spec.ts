import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { k8sProblems } from './k8s-rules.js';
import { repository } from './planted.js';

const folder = join(repository, 'infra/k8s/base');
const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
const readme = readFileSync(join(repository, 'infra/k8s/README.md'), 'utf8');

/** The folder with one thing changed in one file, which has to be in it. */
function planted(name: string, from: string | RegExp, to: string): readonly string[] {
  const changed = files.get(name)!.replace(from, to);
  expect(changed).not.toBe(files.get(name));
  return k8sProblems(new Map([...files, [name, changed]]), readme);
}

describe('infra/k8s', () => {
  it('keeps our rules', () => {
    expect(k8sProblems(files, readme)).toEqual([]);
  });

  it('would not, with a file that is not listed, or one listed and not there', () => {
    expect(k8sProblems(new Map([...files, ['more.yaml', 'kind: Namespace']]), readme)).toEqual([
      'more.yaml is not in kustomization.yaml',
    ]);
    const fewer = new Map(files);
    fewer.delete('redis.yaml');
    expect(k8sProblems(fewer, readme)).toEqual(['kustomization.yaml lists redis.yaml, which is not there']);
  });

  it('would not, with a secret of which the README says nothing', () => {
    for (const secret of [
      'tranche-engines',
      'tranche-eventstore-passwords',
      'tranche-eventstore-tls',
      'tranche-eventstore-authority',
      'tranche-mongodb-password',
      'tranche-mongodb-user',
      'tranche-redis-password',
    ]) {
      expect(k8sProblems(files, readme.replaceAll(`\`${secret}\``, ''))).toContainEqual(
        expect.stringMatching(`the README does not say where secret ${secret} comes from`),
      );
    }
  });

  it.each<readonly [what: string, file: string, from: string | RegExp, to: string, problem: RegExp]>([
    ['YAML that is none', 'api.yaml', 'spec:', 'spec: {', /^api\.yaml: /],
    [
      'a resource twice',
      'worker.yaml',
      'name: tranche-worker',
      'name: tranche-api',
      /Deployment tranche-api is there twice/,
    ],
    [
      'a secret in the repository',
      'redis.yaml',
      'kind: ConfigMap',
      'kind: Secret',
      /a secret is in the repository/,
    ],
    [
      'an image of any version',
      'kustomization.yaml',
      /newTag: .*/,
      'newTag: latest',
      /not pinned to a version/,
    ],
    [
      'pods that are not selected',
      'api.yaml',
      /template:\n(.*)\n(.*)\n(.*)tranche-api/,
      'template:\n$1\n$2\n$3tranche-ape',
      /does not select its own/,
    ],
    [
      'a service for nobody',
      'api.yaml',
      /(kind: Service[^]*selector:[^]*?)tranche-api/,
      '$1tranche-ape',
      /Service tranche-api: it selects 0/,
    ],
    [
      'a service for no port',
      'api.yaml',
      'targetPort: http',
      'targetPort: web',
      /its target has no port web/,
    ],
    ['one copy', 'projector.yaml', 'replicas: 2', 'replicas: 1', /Deployment tranche-projector: one copy/],
    [
      'a budget for nobody',
      'disruption-budgets.yaml',
      /matchLabels:\n(.*)tranche-worker/,
      'matchLabels:\n$1tranche-walker',
      /tranche-worker: no disruption budget/,
    ],
    [
      'a budget that lets nobody be moved',
      'disruption-budgets.yaml',
      'minAvailable: 1',
      'minAvailable: 2',
      /lets nobody be moved/,
    ],
    [
      'nothing that closes',
      'network-policies.yaml',
      /\n\s+- Egress/,
      '',
      /tranche-api: no network policy closes it/,
    ],
    [
      'a policy for nobody',
      'network-policies.yaml',
      'app.kubernetes.io/name: tranche-api',
      'app.kubernetes.io/name: api',
      /NetworkPolicy tranche-api: it selects no/,
    ],
    [
      'a probe of something else',
      'worker.yaml',
      'path: /health/ready',
      'path: /ready',
      /readiness probe does not ask/,
    ],
    [
      'a probe of liveness that asks for readiness',
      'worker.yaml',
      /(livenessProbe:[^]*?)live\n/,
      '$1ready\n',
      /liveness probe does not ask/,
    ],
    [
      'a probe of no port',
      'api.yaml',
      /(startupProbe:[^]*?port: )http/,
      '$1web',
      /startup probe has no port/,
    ],
    [
      'a port nobody listens on',
      'worker.yaml',
      'containerPort: 3001',
      'containerPort: 3002',
      /does not listen on its port/,
    ],
    ['root', 'api.yaml', 'runAsNonRoot: true', 'runAsNonRoot: false', /not restricted: runAsNonRoot/],
    ['no seccomp profile', 'api.yaml', 'RuntimeDefault', 'Unconfined', /not restricted: seccompProfile/],
    ['capabilities', 'projector.yaml', '- ALL', '- NET_RAW', /not restricted: capabilities/],
    [
      'a root file system to write to',
      'worker.yaml',
      'readOnlyRootFilesystem: true',
      'readOnlyRootFilesystem: false',
      /readOnlyRoot/,
    ],
    [
      'privileges to gain',
      'worker.yaml',
      'allowPrivilegeEscalation: false',
      'allowPrivilegeEscalation: true',
      /allowPrivilege/,
    ],
    [
      'a token for the cluster',
      'api.yaml',
      'automountServiceAccountToken: false',
      'automountServiceAccountToken: true',
      /automount/,
    ],
    ['a variable nobody reads', 'configuration.yaml', 'LOG_LEVEL:', 'LOGLEVEL:', /LOGLEVEL is no variable/],
    [
      'a value that is not accepted',
      'configuration.yaml',
      'LOG_LEVEL: info',
      'LOG_LEVEL: loud',
      /LOG_LEVEL must be/,
    ],
    [
      'a variable of one deployment that nobody reads',
      'worker.yaml',
      'name: HEALTH_PORT',
      'name: HEALTHPORT',
      /HEALTHPORT is no variable/,
    ],
    [
      'a password written out',
      'api.yaml',
      /REDIS_URL\n\s+valueFrom:\n.*\n.*\n.*/,
      'REDIS_URL\n              value: redis://:x@y',
      /REDIS_URL does not come from a secret/,
    ],
    [
      'a Redis that evicts',
      'redis.yaml',
      'noeviction',
      'allkeys-lru',
      /it lacks maxmemory-policy noeviction/,
    ],
    [
      'a Redis that appends later',
      'redis.yaml',
      'appendfsync always',
      'appendfsync everysec',
      /it lacks appendfsync always/,
    ],
    [
      'a Redis without its settings',
      'redis.yaml',
      'additionalRedisConfig: tranche-redis',
      'additionalRedisConfig: other',
      /it lacks appendonly/,
    ],
    ['a Redis that keeps nothing', 'redis.yaml', '\n  storage:', '\n  other:', /it keeps nothing/],
    [
      'a KurrentDB without TLS',
      'eventstore.yaml',
      'certificateSecret:',
      'certificate:',
      /it has no certificate/,
    ],
    [
      'the passwords everybody knows',
      'eventstore.yaml',
      'opsPasswordSecret:',
      'ops:',
      /passwords everybody knows/,
    ],
    ['two nodes', 'eventstore.yaml', 'replicas: 3', 'replicas: 2', /no better majority/],
    ['two members', 'mongodb.yaml', 'members: 3', 'members: 2', /no better majority/],
    ['a user who may do all', 'mongodb.yaml', 'name: readWrite', 'name: root', /more than it needs: root/],
    ['a MongoDB without passwords', 'mongodb.yaml', '- SCRAM', '- NONE', /asks for no password/],
  ])('would not, with %s', (_, name, from, to, problem) => {
    expect(planted(name, from, to)).toContainEqual(expect.stringMatching(problem));
  });
});
