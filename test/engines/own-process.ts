import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MILLISECONDS = 90_000;

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A real server of a test's own: on a port and folder that no other has, ended with it. */
export class OwnProcess {
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private said = '';
  readonly folder: string;

  /** @param command what to start, given port and folder */
  constructor(
    private readonly name: string,
    readonly port: number,
    private readonly command: (port: number, folder: string) => readonly [string, ...string[]],
  ) {
    this.folder = mkdtempSync(join(tmpdir(), `tranche-${name}-`));
  }

  /** @returns once it takes connections */
  async start(): Promise<void> {
    const [file, ...args] = this.command(this.port, this.folder);
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.said = (this.said + text).slice(-4000)));
    }
    let isOver = false;
    this.ended = new Promise((resolve) => {
      child.once('exit', () => {
        isOver = true;
        resolve();
      });
      child.once('error', () => {
        isOver = true;
        resolve();
      });
    });
    const deadline = Date.now() + START_MILLISECONDS;
    while (!(await answers(this.port))) {
      if (isOver || Date.now() > deadline) throw new Error(`${this.name} did not start: ${this.said}`);
      await sleep(25);
    }
  }

  get pid(): number {
    return this.child!.pid!;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.child?.kill(signal);
    await this.ended;
  }

  /** On the same data and port. */
  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.kill('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
