import { openSigningKey, TokenIssuer } from '#platform/identity';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackgroundProcess } from './background-process.js';
import { enginesOf, onServers } from './engines.js';

const API = fileURLToPath(new URL('../../bin/api.js', import.meta.url));
const OPS = fileURLToPath(new URL('../../bin/ops.js', import.meta.url));
const QUIET = ['--enable-source-maps', '--disable-warning=ExperimentalWarning'];
/**
 * As `npm run ops` has it: without compiling beside the main thread, which may keep a process from ending (operations.md),
 * and with room for all that is young while it starts.
 */
const AT_THE_COMMAND_LINE = [
  ...[
    '--no-maglev',
    '--no-concurrent-recompilation',
    '--no-concurrent-sparkplug',
    '--min-semi-space-size=32',
  ],
  ...QUIET,
];
const START_MILLISECONDS = 90_000;

export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'tranche-e2e-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line as a process of its own, as a person would. */
export async function ops(
  dataFolder: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const engines = await enginesOf(dataFolder);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...AT_THE_COMMAND_LINE, OPS, ...args, '--data', dataFolder],
      { env: { ...process.env, ...engines, ...environment }, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : ((error as { code?: unknown }).code as number | null);
        resolve({ code, stdout, stderr });
      },
    );
  });
}

/** What does a folder's background work while its engines are servers: for as long as an API of that folder runs. */
class Companions {
  private static readonly ofFolder = new Map<string, Companions>();
  private apis = 0;
  private readonly processes: Promise<BackgroundProcess[]>;

  private constructor(dataFolder: string) {
    this.processes = enginesOf(dataFolder).then((engines) =>
      Promise.all(
        (['projector', 'worker'] as const).map((name) => BackgroundProcess.start(name, dataFolder, engines)),
      ),
    );
  }

  static async join(dataFolder: string): Promise<void> {
    const companions = this.ofFolder.get(dataFolder) ?? new Companions(dataFolder);
    this.ofFolder.set(dataFolder, companions);
    companions.apis += 1;
    await companions.processes;
  }

  static async leave(dataFolder: string): Promise<void> {
    const companions = this.ofFolder.get(dataFolder);
    if (companions === undefined || (companions.apis -= 1) > 0) return;
    this.ofFolder.delete(dataFolder);
    await Promise.all((await companions.processes).map((one) => one.stop()));
  }
}

/** The real server in a process of its own on a free port; with it, if need be, those that do its background work. */
export class ApiProcess {
  private log = '';
  private constructor(
    readonly child: ChildProcess,
    readonly dataFolder: string,
    readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>,
  ) {}
  url = '';

  /** What it said on stderr. */
  get stderr(): string {
    return this.log;
  }

  /** @returns once it listens; rejects with what it said if it ends before that */
  static async start(dataFolder: string, environment: NodeJS.ProcessEnv = {}): Promise<ApiProcess> {
    const engines = await enginesOf(dataFolder);
    const hasCompanions = onServers && environment['MACHINE_ROOM'] === undefined;
    const child = spawn(process.execPath, [...QUIET, API], {
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        PORT: '0',
        LOG_LEVEL: 'warn',
        ...engines,
        ...environment,
        DATA_DIR: dataFolder,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const joined = hasCompanions ? Companions.join(dataFolder) : Promise.resolve();
    const exited = ended.then(async (how) => {
      if (hasCompanions) await joined.then(() => Companions.leave(dataFolder));
      return how;
    });
    const api = new ApiProcess(child, dataFolder, exited);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (api.log += text));
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`the server did not start: ${said}${api.log}`));
      }, START_MILLISECONDS);
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const url = /listens on (http:\S+)/.exec(said)?.[1];
        if (url === undefined) return;
        api.url = url;
        clearTimeout(late);
        resolve();
      });
      void ended.then(({ code }) => {
        clearTimeout(late);
        reject(new Error(`the server ended with ${code}: ${said}${api.log}`));
      });
    });
    await joined;
    return api;
  }

  async ready(milliseconds = START_MILLISECONDS): Promise<void> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
      const answer = await fetch(`${this.url}/health/ready`);
      if (answer.ok) return;
      if (Date.now() > deadline) throw new Error(`not ready: ${await answer.text()}\n${this.log}`);
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }

  /** @param urns the settings it is for, in the roles of those who have settings of their own only */
  async token(subject: string, role: string, urns?: readonly string[]): Promise<string> {
    const key = await openSigningKey(join(this.dataFolder, 'keys'));
    const asked = { subject, role, ...(urns === undefined ? {} : { urns }) };
    return (await new TokenIssuer(key).issue(asked)).token;
  }

  /** A person who sends requests with a token. */
  async as(subject: string, role: string, urns?: readonly string[]): Promise<Client> {
    return new Client(this.url, await this.token(subject, role, urns));
  }

  /** A person who acts for many settings, with each setting's own token. */
  asEachSetting(subject: string): Client {
    const tokens = new Map<string, Promise<string>>();
    return new Client(this.url, (path) => {
      const urn = /(?<=[/.]|urn=)\d{5,6}(?=[/.?&]|$)/.exec(path)?.[0];
      if (urn === undefined) throw new Error(`${path} names no setting whose token it could be sent with`);
      const token = tokens.get(urn) ?? this.token(subject, 'setting', [urn]);
      tokens.set(urn, token);
      return token;
    });
  }

  async stop(
    signal: NodeJS.Signals = 'SIGTERM',
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.exited;
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a test looks at is what it checks
  readonly body: any;
}

export class Client {
  constructor(
    private readonly url: string,
    /** Of every request, or of each by its path; none: without a token. */
    private readonly token: string | ((path: string) => Promise<string>) | undefined,
  ) {}

  async send(
    method: string,
    path: string,
    options: { body?: unknown; raw?: string | Buffer<ArrayBuffer>; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const token = typeof this.token === 'function' ? await this.token(path) : this.token;
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.raw !== undefined
        ? { body: options.raw }
        : options.body === undefined
          ? {}
          : { body: JSON.stringify(options.body) }),
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  }

  get(path: string, headers?: Record<string, string>): Promise<Answer> {
    return this.send('GET', path, headers === undefined ? {} : { headers });
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, { body, headers });
  }
}
