import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface StartBench {
  /** Medians over the rounds; whole commands in a minute, one after the other, each a process of its own. */
  readonly bundledPerMinute: number;
  readonly compiledPerMinute: number;
  readonly ratio: number;
}

const ROUNDS = 15;
/** As `npm run ops` starts Node. */
const NODE = [
  ...['--no-maglev', '--no-concurrent-recompilation', '--no-concurrent-sparkplug'],
  ...['--min-semi-space-size=32', '--enable-source-maps', '--disable-warning=ExperimentalWarning'],
];
const at = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const GIAS = fileURLToPath(import.meta.resolve('#sample-data/gias.csv'));
const run = promisify(execFile);

async function took(program: string, data: string, words: readonly string[]): Promise<number> {
  const start = performance.now();
  const env = { ...process.env, NODE_COMPILE_CACHE: join(data, 'compile-cache') };
  await run(process.execPath, [...NODE, program, ...words, '--data', data], { env });
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** One question at the command line from the bundle, beside the same from the files it is made of. */
export async function benchStart(): Promise<StartBench> {
  const data = mkdtempSync(join(tmpdir(), 'tranche-bench-start-'));
  const [bundled, compiled] = [at('bin/ops.js'), at('apps/ops/src/main.js')];
  try {
    await took(bundled, data, ['import', 'settings', GIAS]);
    // What is compiled on the way is kept: once of each is not measured.
    for (const program of [bundled, compiled]) await took(program, data, ['settings']);
    const [ofBundle, ofFiles]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      ofBundle.push(await took(bundled, data, ['settings']));
      ofFiles.push(await took(compiled, data, ['settings']));
    }
    const [bundledPerMinute, compiledPerMinute] = [60_000 / median(ofBundle), 60_000 / median(ofFiles)];
    return { bundledPerMinute, compiledPerMinute, ratio: bundledPerMinute / compiledPerMinute };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
