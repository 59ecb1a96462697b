import { configurationTable } from '#platform/config';
import { parse, parseAllDocuments } from 'yaml';
import type {
  Container,
  Deployment,
  DisruptionBudget,
  KurrentDb,
  Labels,
  MongoDbCommunity,
  NetworkPolicy,
  Pod,
  Redis,
  Resource,
  Selector,
  Service,
} from './k8s-resources.js';

const NAME = 'app.kubernetes.io/name';
const ENGINES = ['EVENTSTORE_URL', 'MONGODB_URL', 'REDIS_URL'];

/**
 * What is wrong with a kustomization, by our rules for what runs Tranche: no schema of Kubernetes or of an operator is
 * asked. Both `npm test` and `npm run check` ask this.
 * @param files names and contents of all files in the folder
 * @param readme where every secret has to be named
 */
export function k8sProblems(files: ReadonlyMap<string, string>, readme: string): readonly string[] {
  const listed = new Set(
    (parse(files.get('kustomization.yaml') ?? '{}') as { resources?: string[] }).resources ?? [],
  );
  const resources: Resource[] = [];
  const problems: string[] = [];
  for (const [name, text] of files) {
    const documents = parseAllDocuments(text);
    problems.push(...documents.flatMap(({ errors }) => errors.map((error) => `${name}: ${error.message}`)));
    if (name === 'kustomization.yaml') continue;
    if (!listed.delete(name)) problems.push(`${name} is not in kustomization.yaml`);
    resources.push(
      ...documents.filter(({ errors }) => errors.length === 0).map((one) => one.toJS() as Resource),
    );
  }
  problems.push(...[...listed].map((name) => `kustomization.yaml lists ${name}, which is not there`));
  // Our rules take the shape for granted.
  if (problems.length > 0) return problems;
  const said = resources.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
  return [
    ...said.filter((one, at) => said.indexOf(one) !== at).map((one) => `${one} is there twice`),
    ...resources.flatMap((resource, at) =>
      [...ofAny(resource, readme), ...(RULES[resource.kind]?.(resource, resources) ?? [])].map(
        (problem) => `${said[at]}: ${problem}`,
      ),
    ),
    ...imageProblems(parse(files.get('kustomization.yaml')!) as Parameters<typeof imageProblems>[0]),
  ];
}

function imageProblems({ images = [] }: { images?: readonly { name: string; newTag?: string }[] }): string[] {
  const ours = images.find(({ name }) => name === 'tranche');
  return /^v?\d+\.\d+/.test(ours?.newTag ?? '') ? [] : ['the image of Tranche is not pinned to a version'];
}

function ofAny({ apiVersion, kind, spec }: Resource, readme: string): readonly string[] {
  const problems: string[] = [];
  if (apiVersion === undefined) problems.push('it has no apiVersion');
  if (kind === 'Secret') problems.push('a secret is in the repository');
  for (const name of secretsOf(spec)) {
    if (!readme.includes(`\`${name}\``))
      problems.push(`the README does not say where secret ${name} comes from`);
  }
  return problems;
}

/** Every name under a key that speaks of a secret: `secretName: x`, `passwordSecretRef: { name: x }`. */
function secretsOf(value: unknown, isSecret = false): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    if (typeof inner !== 'string') return secretsOf(inner, /secret(Key)?(Ref)?$/i.test(key));
    return /secretName$/i.test(key) || (isSecret && key === 'name') ? [inner] : [];
  });
}

type Rule = (one: Resource, all: readonly Resource[]) => readonly string[];
const RULES: Readonly<Record<string, Rule>> = {
  ConfigMap: ({ metadata, data = {} }) =>
    metadata.name === 'tranche'
      ? Object.entries(data).flatMap(([name, value]) => variableProblems(name, value))
      : [],
  Deployment: deploymentProblems,
  Service: serviceProblems,
  PodDisruptionBudget: ({ spec }, all) => {
    const { selector, minAvailable } = spec as DisruptionBudget;
    const [target] = selectedBy(selector, all);
    if (target === undefined) return ['it selects no deployment'];
    return minAvailable < (target.replicas ?? 1) ? [] : ['it lets nobody be moved'];
  },
  NetworkPolicy: ({ spec }, all) => {
    const { matchLabels } = (spec as NetworkPolicy).podSelector;
    if (matchLabels === undefined || selectedBy({ matchLabels }, all).length > 0) return [];
    return ['it selects no deployment'];
  },
  Redis: redisProblems,
  KurrentDB: ({ spec }) => {
    const { image, replicas, security, users } = spec as KurrentDb;
    return [
      ...(security?.certificateSecret === undefined ? ['it has no certificate'] : []),
      ...(users?.adminPasswordSecret === undefined || users.opsPasswordSecret === undefined
        ? ['its users have the passwords everybody knows']
        : []),
      ...(replicas % 2 === 1 ? [] : ['an even number of nodes makes no better majority']),
      ...(/:v?\d+\.\d+/.test(image) ? [] : ['its image is not pinned to a version']),
    ];
  },
  MongoDBCommunity: ({ spec }) => {
    const { members, security, users = [] } = spec as MongoDbCommunity;
    return [
      ...(security?.authentication?.modes?.includes('SCRAM') === true ? [] : ['it asks for no password']),
      ...(members % 2 === 1 ? [] : ['an even number of members makes no better majority']),
      ...users
        .flatMap(({ roles }) => roles)
        .filter(({ name, db }) => name !== 'readWrite' || db !== 'tranche')
        .map(({ name, db }) => `its user may do more than it needs: ${name} on ${db}`),
    ];
  },
};

function deploymentProblems({ metadata, spec }: Resource, all: readonly Resource[]): readonly string[] {
  const { replicas = 1, selector, template } = spec as Deployment;
  const { labels } = template.metadata;
  const isIn = (kind: string, has: (other: unknown) => boolean): boolean =>
    all.some((one) => one.kind === kind && has(one.spec));
  const hasBudget = isIn('PodDisruptionBudget', (other) =>
    holds(labels, (other as DisruptionBudget).selector),
  );
  const isClosed = isIn('NetworkPolicy', (other) => closes(other as NetworkPolicy, labels));
  return [
    ...(holds(labels, selector) ? [] : ['it does not select its own pods']),
    ...(labels[NAME] === metadata.name ? [] : [`its pods are not called ${metadata.name}`]),
    ...(replicas >= 2 ? [] : ['one copy is none while it is moved']),
    ...(hasBudget ? [] : ['no disruption budget is for it']),
    ...(isClosed ? [] : ['no network policy closes it']),
    ...restrictionProblems(template.spec),
    ...containerProblems(template.spec.containers[0]),
  ];
}

function restrictionProblems({ automountServiceAccountToken, securityContext, containers }: Pod): string[] {
  const own = containers[0].securityContext;
  const restricted = {
    runAsNonRoot: securityContext?.runAsNonRoot === true,
    runAsUser: (securityContext?.runAsUser ?? 0) > 0,
    seccompProfile: securityContext?.seccompProfile?.type === 'RuntimeDefault',
    automountServiceAccountToken: automountServiceAccountToken === false,
    allowPrivilegeEscalation: own?.allowPrivilegeEscalation === false,
    readOnlyRootFilesystem: own?.readOnlyRootFilesystem === true,
    capabilities: own?.capabilities?.drop?.includes('ALL') === true && own.capabilities.add === undefined,
  };
  return Object.entries(restricted)
    .filter(([, isSo]) => !isSo)
    .map(([what]) => `it is not restricted: ${what}`);
}

function containerProblems({ env = [], ports = [], ...probes }: Container): readonly string[] {
  const problems = env.flatMap(({ name, value }) => variableProblems(name, value));
  const asks = [
    ['startup', probes.startupProbe, '/health/live'],
    ['liveness', probes.livenessProbe, '/health/live'],
    ['readiness', probes.readinessProbe, '/health/ready'],
  ] as const;
  for (const [probe, asked, path] of asks) {
    if (asked?.httpGet?.path !== path) problems.push(`its ${probe} probe does not ask ${path}`);
    if (!ports.some(({ name }) => name === asked?.httpGet?.port))
      problems.push(`its ${probe} probe has no port`);
  }
  for (const engine of ENGINES) {
    const { valueFrom } = env.find(({ name }) => name === engine) ?? {};
    if (secretsOf(valueFrom).length !== 1) problems.push(`${engine} does not come from a secret`);
  }
  const listens = env.find(({ name }) => name === 'PORT' || name === 'HEALTH_PORT')?.value;
  if (Number(listens) !== ports[0]?.containerPort) problems.push('it does not listen on its port');
  return problems;
}

function serviceProblems({ spec }: Resource, all: readonly Resource[]): readonly string[] {
  const { selector, ports } = spec as Service;
  const targets = selectedBy({ matchLabels: selector }, all);
  if (targets.length !== 1) return [`it selects ${targets.length} deployments`];
  const open = targets[0]!.template.spec.containers[0].ports ?? [];
  return ports
    .filter(({ targetPort }) => !open.some(({ name }) => name === targetPort))
    .map(({ targetPort }) => `its target has no port ${targetPort}`);
}

function redisProblems({ spec }: Resource, all: readonly Resource[]): readonly string[] {
  const { kubernetesConfig, redisConfig, storage } = spec as Redis;
  const named = redisConfig?.additionalRedisConfig;
  const { data = {} } =
    all.find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === named) ?? {};
  const lines = (data['redis-additional.conf'] ?? '').split('\n');
  return [
    ...['maxmemory-policy noeviction', 'appendonly yes', 'appendfsync always']
      .filter((needed) => !lines.includes(needed))
      .map((needed) => `it lacks ${needed}`),
    ...(kubernetesConfig?.redisSecret === undefined ? ['it has no password'] : []),
    ...(storage === undefined ? ['it keeps nothing'] : []),
  ];
}

function variableProblems(name: string, value: string | undefined): string[] {
  const variable = configurationTable.find((one) => one.name === name);
  if (variable === undefined) return [`${name} is no variable of the configuration`];
  return value === undefined || variable.accepts(value) ? [] : [`${name} must be ${variable.rule}`];
}

function selectedBy(selector: Selector, all: readonly Resource[]): readonly Deployment[] {
  return all
    .filter(({ kind }) => kind === 'Deployment')
    .map(({ spec }) => spec as Deployment)
    .filter(({ template }) => holds(template.metadata.labels, selector));
}

/** Whether a policy lets nobody in and says who may be called, until others let somebody in. */
function closes({ podSelector, policyTypes, ingress }: NetworkPolicy, labels: Labels): boolean {
  return (
    podSelector.matchLabels !== undefined &&
    holds(labels, podSelector) &&
    ['Ingress', 'Egress'].every((type) => policyTypes.includes(type)) &&
    ingress === undefined
  );
}

function holds(labels: Labels, { matchLabels = {} }: Selector): boolean {
  return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
}
