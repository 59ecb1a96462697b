import cliProgress from 'cli-progress';
import { once } from 'node:events';

export interface Progress {
  advance(n?: number): void;
  done(): void;
}

const SILENT: Progress = { advance: () => undefined, done: () => undefined };

/** A bar on stderr where that is a terminal, a line at the end where it is not; nothing with `--json`. */
export function progressOnStderr(label: string, total: number, json: boolean): Progress {
  if (json) return SILENT;
  if (!process.stderr.isTTY) {
    let count = 0;
    return {
      advance: (n = 1) => void (count += n),
      done: () => void process.stderr.write(`${label}: ${count}\n`),
    };
  }
  const bar = new cliProgress.SingleBar({
    format: '{label} [{bar}] {value}/{total}',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: false,
  });
  bar.start(total, 0, { label });
  return { advance: (n = 1) => bar.increment(n), done: () => bar.stop() };
}

/** Writes to stdout no faster than it is read, so that a long listing does not pile up in memory. */
export async function writeOut(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

/** `ops events | head` closes the pipe when it has seen enough: that is an end, not an error. */
export function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 1);
    });
  }
}
