import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.js';
import type { DoubleOptions, FromDouble } from './double.process.js';
import type { AppendFault, Instruction, Members } from './faults.js';

export type DoubleSettings = Partial<Pick<DoubleOptions, 'tls'>> & {
  /** `none`: too old to tell. Default 24.6.0. */
  readonly version?: string;
  /** Shared by the members of a cluster; default one of its own. */
  readonly folder?: string;
};

/**
 * A protocol double of EventStoreDB in a process of its own: a gRPC server over the embedded event store that speaks
 * the client's own service definitions and does what `eventstoredb-facts.spec.ts` says, row by row. No EventStoreDB
 * takes part; what it has appended survives its being killed, as there.
 */
export class EventStoreDouble {
  private child: ChildProcess | undefined;
  private readonly isFolderOwn: boolean;

  private constructor(
    readonly port: number,
    readonly folder: string,
    private readonly settings: DoubleSettings,
  ) {
    this.isFolderOwn = settings.folder === undefined;
  }

  static available(): boolean {
    return true;
  }

  static async start(settings: DoubleSettings = {}): Promise<EventStoreDouble> {
    const folder = settings.folder ?? mkdtempSync(join(tmpdir(), 'tranche-eventstoredb-double-'));
    const double = new EventStoreDouble(await freePort(), folder, settings);
    await double.start();
    return double;
  }

  get url(): string {
    const { tls } = this.settings;
    if (tls === undefined) return `esdb://127.0.0.1:${this.port}?tls=false`;
    const [user = '', password = ''] = tls.credentials.split(/:(.*)/s).map(encodeURIComponent);
    return `esdb://${user}:${password}@localhost:${this.port}?tlsCAFile=${encodeURIComponent(tls.certificate)}`;
  }

  /** On the same port and data as before. */
  async start(): Promise<void> {
    const { version = '24.6.0', tls } = this.settings;
    const options: DoubleOptions = {
      path: join(this.folder, 'double.sqlite'),
      port: this.port,
      ...(version === 'none' ? {} : { version }),
      ...(tls === undefined ? {} : { tls }),
    };
    const script = fileURLToPath(new URL('./double.process.js', import.meta.url));
    this.child = fork(script, [JSON.stringify(options)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await this.answer('ready');
  }

  /** In good order. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** Stops it and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    if (this.isFolderOwn) rmSync(this.folder, { recursive: true, force: true });
  }

  failAppends(how: AppendFault['how'], { written = false, times = 1 } = {}): Promise<void> {
    return this.instruct({ kind: 'fail-appends', fault: { how, written, times } });
  }

  cutStreams(): Promise<void> {
    return this.instruct({ kind: 'cut-streams' });
  }

  setMembers(members: Members): Promise<void> {
    return this.instruct({ kind: 'members', members });
  }

  private async instruct(instruction: Instruction): Promise<void> {
    const done = this.answer('done');
    this.child!.send(instruction);
    await done;
  }

  private async answer(kind: FromDouble['kind']): Promise<void> {
    const child = this.child!;
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    child.once('exit', leave);
    const [message] = (await once(child, 'message', { signal: gone.signal })) as [FromDouble];
    child.off('exit', leave);
    if (message.kind !== kind) throw new Error(`the double said ${message.kind}, not ${kind}`);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.child;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
}
