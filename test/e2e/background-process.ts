import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { freePort } from '../engines/free-port.js';

const START_MILLISECONDS = 90_000;

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
    const main = fileURLToPath(new URL(`../../bin/${name}.js`, import.meta.url));
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

  private get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async ready(milliseconds = START_MILLISECONDS): Promise<void> {
    const deadline = Date.now() + milliseconds;
    for (let said = ''; ;) {
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined);
      if (answer?.ok === true) return;
      said = (await answer?.text()) ?? 'it does not answer';
      if (this.isOver || Date.now() > deadline)
        throw new Error(`${this.name} is not ready: ${said}\n${this.log}`);
      await new Promise((wake) => setTimeout(wake, 50));
    }
  }

  async stop(
    signal: NodeJS.Signals = 'SIGTERM',
  ): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    if (!this.isOver) this.child.kill(signal);
    return this.exited;
  }
}
