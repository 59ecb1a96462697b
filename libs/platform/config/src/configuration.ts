import { join, resolve } from 'node:path';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Everything that can be set from outside, read and checked once when a process starts. */
export interface Configuration {
  /** Absolute path. */
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  /** Limits in pages of 4,096 bytes; `undefined`: as far as the disk goes. */
  readonly maxPages: {
    readonly events: number | undefined;
    readonly readModels: number | undefined;
    readonly jobs: number | undefined;
    readonly records: number | undefined;
  };
  /** How long a write waits for another process's transaction. */
  readonly busyMilliseconds: number;
  /** Where the engines are; `undefined`: embedded, in the data folder. They may hold passwords: never show them. */
  readonly engines: {
    readonly events: string | undefined;
    /** Records are there, too. */
    readonly readModels: string | undefined;
    readonly jobs: string | undefined;
  };
  /** Whether the API keeps read models and jobs going itself, or leaves that to the projector and the worker. */
  readonly machineRoom: 'inside' | 'apart';
  /** Where projector and worker answer `/health/live` and `/health/ready`; `undefined`: nowhere. */
  readonly healthPort: number | undefined;
}

function url(...schemes: readonly string[]): Pick<Variable, 'rule' | 'accepts' | 'secret'> {
  return {
    secret: true,
    rule: `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    accepts: (text) => text.length <= 4000 && schemes.some((scheme) => text.startsWith(`${scheme}://`)),
  };
}

/** One environment variable: the configuration table in the documentation is made from these. */
export interface Variable {
  readonly name: string;
  /** As it would be written; empty: unset. */
  readonly default: string;
  readonly says: string;
  /** What a value must be, to complete "NAME must be …". */
  readonly rule: string;
  readonly accepts: (text: string) => boolean;
  /** May hold a password: a value that cannot be accepted is not repeated. */
  readonly secret?: boolean;
}

function wholeNumber(from: number, to: number): Pick<Variable, 'rule' | 'accepts'> {
  return {
    rule: `a whole number from ${from} to ${to}`,
    accepts: (text) => /^\d{1,15}$/.test(text) && Number(text) >= from && Number(text) <= to,
  };
}

// A limit below this leaves no room for the tables themselves.
const FEWEST_PAGES = 8;
const MOST_PAGES = 4_294_967_294;
const pages = wholeNumber(FEWEST_PAGES, MOST_PAGES);

export const configurationTable = [
  {
    name: 'DATA_DIR',
    default: './data',
    says: 'The data folder: events, records, read models, jobs, keys, attachments and the outbox. One folder is one programme office.',
    rule: 'a path of at most 1,000 characters',
    accepts: (text) => text.length <= 1000 && !text.includes('\0'),
  },
  {
    name: 'HOST',
    default: '127.0.0.1',
    says: 'The address on which the API listens. The default can be reached from this machine only.',
    rule: 'a host name or an IP address',
    accepts: (text) => /^[A-Za-z0-9.:_-]{1,255}$/.test(text),
  },
  {
    name: 'PORT',
    default: '3000',
    says: 'The port on which the API listens; 0 takes any that is free.',
    ...wholeNumber(0, 65_535),
  },
  {
    name: 'LOG_LEVEL',
    default: 'info',
    says: 'How much is logged, as JSON lines on stderr.',
    rule: `one of ${LOG_LEVELS.join(', ')}`,
    accepts: (text) => (LOG_LEVELS as readonly string[]).includes(text),
  },
  {
    name: 'EVENT_STORE_MAX_PAGES',
    default: '',
    says: 'How large events.sqlite may grow, in pages of 4,096 bytes. At the limit appends are refused.',
    ...pages,
  },
  {
    name: 'READ_STORE_MAX_PAGES',
    default: '',
    says: 'How large read-models.sqlite may grow, in pages of 4,096 bytes.',
    ...pages,
  },
  {
    name: 'JOBS_MAX_PAGES',
    default: '',
    says: 'How large jobs.sqlite may grow, in pages of 4,096 bytes.',
    ...pages,
  },
  {
    name: 'RECORDS_MAX_PAGES',
    default: '',
    says: 'How large records.sqlite may grow, in pages of 4,096 bytes.',
    ...pages,
  },
  {
    name: 'BUSY_MILLISECONDS',
    default: '5000',
    says: 'How long a write waits for another process before it is refused as busy, in milliseconds.',
    ...wholeNumber(0, 60_000),
  },
  {
    name: 'EVENTSTORE_URL',
    default: '',
    says: 'An EventStoreDB to keep the events in, with its credentials; unset: events.sqlite in the data folder.',
    ...url('esdb', 'esdb+discover', 'kurrentdb', 'kurrentdb+discover'),
  },
  {
    name: 'MONGODB_URL',
    default: '',
    says: 'A MongoDB replica set for the read models and the records, with the database in its path; unset: read-models.sqlite and records.sqlite.',
    ...url('mongodb', 'mongodb+srv'),
  },
  {
    name: 'REDIS_URL',
    default: '',
    says: 'A Redis that evicts nothing, for the jobs, with the number of the database in its path; unset: jobs.sqlite.',
    ...url('redis', 'rediss'),
  },
  {
    name: 'MACHINE_ROOM',
    default: '',
    says: 'Whether the API keeps read models and jobs going itself (inside) or the projector and the worker do, as processes of their own (apart). Unset: inside when all engines are embedded, else apart.',
    rule: 'one of inside, apart',
    accepts: (text) => text === 'inside' || text === 'apart',
  },
  {
    name: 'HEALTH_PORT',
    default: '',
    says: 'The port on HOST where a projector or worker answers /health/live and /health/ready; unset: none.',
    ...wholeNumber(0, 65_535),
  },
] as const satisfies readonly Variable[];

type VariableName = (typeof configurationTable)[number]['name'];

/** Names every variable that has a value it cannot have; the process ends with exit code 2. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** @throws ConfigurationError naming every variable with a value it cannot have */
export function readConfiguration(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Configuration {
  const values = new Map<VariableName, string>();
  const problems: string[] = [];
  for (const variable of configurationTable) {
    // `PORT= npm start` unsets a variable for one command, so empty means unset.
    const text = environment[variable.name]?.trim() || variable.default;
    if (text !== '' && !variable.accepts(text)) {
      const is = 'secret' in variable ? '' : `; it is '${text}'`;
      problems.push(`${variable.name} must be ${variable.rule}${is}`);
    }
    values.set(variable.name, text);
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  const text = (name: VariableName): string => values.get(name)!;
  const optional = (name: VariableName): string | undefined => text(name) || undefined;
  const count = (name: VariableName): number | undefined =>
    text(name) === '' ? undefined : Number(text(name));
  const engines = {
    events: optional('EVENTSTORE_URL'),
    readModels: optional('MONGODB_URL'),
    jobs: optional('REDIS_URL'),
  };
  const isEmbedded = Object.values(engines).every((engine) => engine === undefined);
  return {
    dataFolder: resolve(text('DATA_DIR')),
    host: text('HOST'),
    port: Number(text('PORT')),
    logLevel: text('LOG_LEVEL') as LogLevel,
    maxPages: {
      events: count('EVENT_STORE_MAX_PAGES'),
      readModels: count('READ_STORE_MAX_PAGES'),
      jobs: count('JOBS_MAX_PAGES'),
      records: count('RECORDS_MAX_PAGES'),
    },
    busyMilliseconds: Number(text('BUSY_MILLISECONDS')),
    engines,
    machineRoom: (optional('MACHINE_ROOM') ?? (isEmbedded ? 'inside' : 'apart')) as 'inside' | 'apart',
    healthPort: count('HEALTH_PORT'),
  };
}

/** Where each thing stands in a data folder. */
export interface DataPaths {
  readonly folder: string;
  readonly events: string;
  readonly readModels: string;
  readonly jobs: string;
  readonly records: string;
  readonly keys: string;
  readonly outbox: string;
  /** Files that events cite by their SHA-256. */
  readonly attachments: string;
}

export function dataPaths(folder: string): DataPaths {
  return {
    folder,
    events: join(folder, 'events.sqlite'),
    readModels: join(folder, 'read-models.sqlite'),
    jobs: join(folder, 'jobs.sqlite'),
    records: join(folder, 'records.sqlite'),
    keys: join(folder, 'keys'),
    outbox: join(folder, 'outbox'),
    attachments: join(folder, 'attachments'),
  };
}
