import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

const SCRIPT = fileURLToPath(new URL('./job-process.js', import.meta.url));

/** A worker or policy runner in a process of its own, to be killed, stopped and started again. */
export class JobProcess {
  readonly said: string[] = [];
  private readonly exited: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.exited = once(child, 'exit');
    let rest = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      this.said.push(...lines);
    });
  }

  static start(
    role: 'worker' | 'policies',
    folder: string,
    holdMilliseconds: number,
    redisUrl?: string,
  ): JobProcess {
    const flags = ['--disable-warning=ExperimentalWarning', SCRIPT, role, folder, String(holdMilliseconds)];
    if (redisUrl !== undefined) flags.push(redisUrl);
    return new JobProcess(spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] }));
  }

  get pid(): number {
    return this.child.pid!;
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(name);
  }

  /** `kill -9`, and waits until it is gone. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** Asks it to end, and waits until it has. */
  async end(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.exited;
  }

  async hasSaid(start: string): Promise<string> {
    return until(() => this.said.find((line) => line.startsWith(start)));
  }
}

/** Asks again and again until the answer is neither false nor undefined. */
export async function until<T>(
  ask: () => T | Promise<T>,
  milliseconds = 20_000,
): Promise<Exclude<T, false | undefined>> {
  const deadline = performance.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, false | undefined>;
    if (performance.now() > deadline) throw new Error(`waited ${milliseconds} ms in vain`);
    await sleep(5);
  }
}

/** The lines `<job id> <pid>` that workers have written. */
export function linesOf(folder: string, name: 'begun' | 'ended'): { id: string; pid: number }[] {
  const path = join(folder, name);
  try {
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    return lines.map((line) => ({ id: line.split(' ')[0]!, pid: Number(line.split(' ')[1]) }));
  } catch {
    return [];
  }
}
