// `npm run bench`: everything that has a goal, measured beside its hand-written counterpart, as JSON and Markdown.
// Ratios of medians of rounds that take turns in one run; absolute figures say only what this machine did.
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { benchAppend } from './append.js';
import { measureHttp } from './http.js';
import { benchRebuild } from './rebuild.js';
import { benchRound } from './round.js';
import { benchStart } from './start.js';

interface Row {
  readonly what: string;
  readonly beside: string;
  readonly unit: string;
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  /** The least ratio it should reach; absent where there is no goal. */
  readonly goal?: number;
  /** The least of ours it should reach, in its unit; absent where the ratio is the goal, or there is none. */
  readonly atLeast?: number;
}

async function appendRows(): Promise<Row[]> {
  const { measures } = await benchAppend();
  return measures.flatMap(({ writers, groupSize, ...figures }): Row[] => {
    const what = `durable append, ${writers} ${writers === 1 ? 'writer' : 'writers at once'}`;
    const common = { what, unit: 'events/s', ours: figures.storePerSecond };
    return [
      {
        ...common,
        beside: `node:sqlite by hand, ${groupSize} in a transaction`,
        theirs: figures.handWrittenPerSecond,
        ratio: figures.ratio,
        ...(writers === 64 ? { goal: 0.7 } : {}),
      },
      {
        ...common,
        beside: 'node:sqlite by hand, 500 in a transaction',
        theirs: figures.handWrittenBy500PerSecond,
        ratio: figures.ratioBy500,
      },
    ];
  });
}

async function rebuildRows(): Promise<Row[]> {
  const { measures, collection } = await benchRebuild();
  return measures.map(({ log, events, handled, rebuildPerSecond, scanPerSecond, ratio }) => ({
    what: `rebuild of ${collection}, ${events} events (${log}: it handles ${handled})`,
    beside: 'SELECT and JSON.parse of every row',
    unit: 'events/s',
    ours: rebuildPerSecond,
    theirs: scanPerSecond,
    ratio,
    goal: 0.5,
  }));
}

async function httpRows(): Promise<Row[]> {
  const { writers, commandPerSecond, barePerSecond, ratio } = await measureHttp();
  return [
    {
      what: `one HTTP command (start an audit), ${writers} under way`,
      beside: 'a bare Fastify route, the same insert and group commit',
      unit: 'requests/s',
      ours: commandPerSecond,
      theirs: barePerSecond,
      ratio,
      goal: 0.5,
    },
  ];
}

async function roundRows(): Promise<Row[]> {
  const { settings, simulatedPerSecond, scannedPerSecond, ratio } = await benchRound();
  return [
    {
      what: `simulating an allocation round of ${settings} settings`,
      beside: 'SELECT and JSON.parse of the events it looks at',
      unit: 'settings/s',
      ours: simulatedPerSecond,
      theirs: scannedPerSecond,
      ratio,
      // All of them in two seconds.
      atLeast: settings / 2,
    },
  ];
}

async function startRows(): Promise<Row[]> {
  const { bundledPerMinute, compiledPerMinute, ratio } = await benchStart();
  return [
    {
      what: 'one question at the command line (`settings`), a process of its own',
      beside: 'the same from the compiled files, not bundled',
      unit: 'commands/min',
      ours: bundledPerMinute,
      theirs: compiledPerMinute,
      ratio,
      goal: 1.5,
    },
  ];
}

function verdict({ ratio, goal, ours, atLeast, unit }: Row): string {
  if (atLeast !== undefined) {
    return `${Math.round(atLeast).toLocaleString('en-GB')} ${unit}: ${ours >= atLeast ? 'met' : '**missed**'}`;
  }
  if (goal === undefined) return '–';
  return ratio >= goal ? `${Math.round(goal * 100)}%: met` : `${Math.round(goal * 100)}%: **missed**`;
}

function markdown(rows: readonly Row[], machine: string, at: string): string {
  const round = (value: number): string => Math.round(value).toLocaleString('en-GB');
  const lines = rows.map(
    (row) =>
      `| ${row.what} | ${row.beside} | ${round(row.ours)} | ${round(row.theirs)} | ${row.unit} | ${Math.round(row.ratio * 100)}% | ${verdict(row)} |`,
  );
  return [
    '# Measurements',
    '',
    `Made by \`npm run bench\` on ${at}, ${machine}. Each row is two programs taking turns in one run; the ratio is`,
    'that of their medians. The figures themselves belong to this machine; the ratios are what to compare.',
    '',
    '| what | beside | ours | theirs | unit | ratio | goal |',
    '| --- | --- | ---: | ---: | --- | ---: | --- |',
    ...lines,
    '',
  ].join('\n');
}

const rows: Row[] = [];
for (const [name, measure] of Object.entries({ appendRows, rebuildRows, roundRows, httpRows, startRows })) {
  process.stderr.write(`measuring ${name.replace('Rows', '')} …\n`);
  rows.push(...(await measure()));
}
const machine = `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
const at = new Date().toISOString().slice(0, 10);
const folder = join(process.cwd(), 'infra/docs/bench');
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'measurements.json'), `${JSON.stringify({ at, machine, rows }, null, 2)}\n`);
await writeFile(join(folder, 'measurements.md'), markdown(rows, machine, at));
process.stdout.write(markdown(rows, machine, at));
