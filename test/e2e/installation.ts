import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../engines/own-process.js';
import { ApiProcess, temporaryFolder } from './api-process.js';

const START_MILLISECONDS = 20_000;

/** A projector or worker in a process of its own, with its health to be asked. */
export class BackgroundProcess {
  private log = '';
  private constructor(
    readonly name: 'projector' | 'worker',
    readonly child: ChildProcess,
    readonly url: string,
    readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>,
  ) {}

  static async start(
    name: 'projector' | 'worker',
    dataFolder: string,
    environment: NodeJS.ProcessEnv = {},
  ): Promise<BackgroundProcess> {
    const main = fileURLToPath(new URL(`../../apps/${name}/src/main.js`, import.meta.url));
    const port = await freePort();
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main], {
      env: {
        ...process.env,
        HOST: '127.0.0.1',
        LOG_LEVEL: 'warn',
        ...environment,
        HEALTH_PORT: String(port),
        DATA_DIR: dataFolder,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const background = new BackgroundProcess(name, child, `http://127.0.0.1:${port}`, exited);
    child.stderr.setEncoding('utf8').on('data', (text: string) => (background.log += text));
    return background;
  }

  /** What it said on stderr. */
  get stderr(): string {
    return this.log;
  }

  async ready(milliseconds = START_MILLISECONDS): Promise<void> {
    const deadline = Date.now() + milliseconds;
    for (let said = ''; ;) {
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (answer?.ok === true) return;
      said = (await answer?.text()) ?? 'it does not answer';
      if (Date.now() > deadline) throw new Error(`${this.name} is not ready: ${said}\n${this.log}`);
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }

  async stop(
    signal: NodeJS.Signals = 'SIGTERM',
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.exited;
  }
}

export interface InstallationOptions {
  /** Of every process: where the engines are. */
  readonly environment?: NodeJS.ProcessEnv;
  /** How many projectors and workers run as processes of their own; none: the API does their work. */
  readonly copies?: number;
  /** Called after all processes have ended, to end the engines. */
  readonly after?: () => Promise<void>;
}

/** The product as somebody installed it: one data folder, its engines, and its processes. */
export class Installation {
  api!: ApiProcess;
  readonly background: BackgroundProcess[] = [];

  private constructor(
    readonly folder: Awaited<ReturnType<typeof temporaryFolder>>,
    private readonly options: InstallationOptions,
  ) {}

  static async open(options: InstallationOptions = {}): Promise<Installation> {
    const installation = new Installation(await temporaryFolder(), options);
    await installation.startApi();
    for (let copy = 0; copy < (options.copies ?? 0); copy += 1) {
      for (const name of ['projector', 'worker'] as const) await installation.startBackground(name);
    }
    return installation;
  }

  get environment(): NodeJS.ProcessEnv {
    const apart = (this.options.copies ?? 0) > 0;
    return { ...this.options.environment, MACHINE_ROOM: apart ? 'apart' : 'inside' };
  }

  async startApi(): Promise<void> {
    this.api = await ApiProcess.start(this.folder.path, this.environment);
  }

  async killApi(): Promise<void> {
    await this.api.stop('SIGKILL');
  }

  async startBackground(name: 'projector' | 'worker'): Promise<BackgroundProcess> {
    const started = await BackgroundProcess.start(name, this.folder.path, this.environment);
    this.background.push(started);
    return started;
  }

  async close(): Promise<void> {
    await Promise.all([this.api, ...this.background].map((one) => one.stop()));
    await this.options.after?.();
    await this.folder.remove();
  }
}
