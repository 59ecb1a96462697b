import { ApiProcess, temporaryFolder } from './api-process.js';
import { BackgroundProcess } from './background-process.js';
import { enginesOf, onServers } from './engines.js';

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
    const folder = await temporaryFolder();
    const copies = Math.max(options.copies ?? 0, onServers ? 1 : 0);
    const environment = { ...(await enginesOf(folder.path)), ...options.environment };
    const installation = new Installation(folder, { ...options, environment, copies });
    await installation.startApi();
    for (let copy = 0; copy < copies; copy += 1) {
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

  /** Every process at once, as when the power fails. */
  async killAll(): Promise<void> {
    await Promise.all([this.api, ...this.background].map((one) => one.stop('SIGKILL')));
  }

  async startAgain(): Promise<void> {
    const names = this.background.splice(0).map(({ name }) => name);
    await this.startApi();
    for (const name of names) await this.startBackground(name);
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
