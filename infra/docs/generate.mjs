// Writes what documentation can be made from the product itself: the catalogues of events and of
// refusals, the configuration table and the OpenAPI document. With --check it writes nothing and fails if any of them is out of date.
import { spawn } from 'node:child_process';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const root = fileURLToPath(new URL('../..', import.meta.url));
const check = process.argv.includes('--check');

function shapeOf(schema) {
  if (schema.const !== undefined) return `'${schema.const}'`;
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' \\| ');
  if (schema.anyOf) return schema.anyOf.map(shapeOf).join(' \\| ');
  if (schema.type === 'array') return `${shapeOf(schema.items)}[]`;
  if (schema.type === 'object' && schema.properties) {
    return `{ ${Object.entries(schema.properties)
      .map(([name, value]) => `${name}: ${shapeOf(value)}`)
      .join(', ')} }`;
  }
  return schema.type ?? 'any';
}

async function catalogue() {
  const { contexts } = await import('../../dist/apps/composition/src/index.js');
  const lines = [
    '# Events',
    '',
    'Every type of event, its newest schema version, and what it says. Made from the definitions by `npm run docs`.',
  ];
  for (const context of contexts) {
    lines.push('', `## ${context.name}`);
    for (const definition of context.events) {
      lines.push('', `### ${definition.type} (version ${definition.version})`, '', definition.says, '');
      lines.push('| field | shape |', '| --- | --- |');
      for (const [name, schema] of Object.entries(definition.data.properties ?? {})) {
        lines.push(`| \`${name}\` | \`${shapeOf(schema)}\` |`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

async function refusals() {
  const { refusalCatalogue } = await import('../../dist/test/architecture/refusal-catalogue.js');
  const lines = [
    '# Refusals',
    '',
    'Every "no" of the product by its permanent code, which an answer carries as `code` over HTTP (RFC 9457) and with',
    '`--json` at the command line (exit code 1, or 2 where the command itself was written wrongly). What it says is',
    'followed by what it is about; `…` is filled in. "row": what is said of one row of a file, within an answer.',
    'Made from the sources by `npm run docs`.',
  ];
  let context = '';
  for (const { code, kinds, statuses, says } of refusalCatalogue(root)) {
    const [start] = code.split('.');
    if (start !== context)
      lines.push('', `## ${start}`, '', '| code | kind | HTTP | says |', '| --- | --- | --- | --- |');
    context = start;
    const cells = [
      `\`${code}\``,
      kinds.join(', ') || '–',
      statuses.join(', ') || 'row',
      says.join('<br>') || '–',
    ];
    lines.push(`| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  }
  return `${lines.join('\n')}\n`;
}

async function configuration() {
  const { configurationTable } = await import('../../dist/libs/platform/config/src/index.js');
  const rows = configurationTable.map(
    ({ name, default: unset, says, rule }) =>
      `| \`${name}\` | ${unset === '' ? '–' : `\`${unset}\``} | ${says} | ${rule} |`,
  );
  return [
    '# Configuration',
    '',
    'Environment variables, read once when a process starts. Made from their declarations by `npm run docs`.',
    '',
    '| variable | default | what for | must be |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

async function openapi() {
  const data = await mkdtemp(join(tmpdir(), 'tranche-docs-'));
  const server = spawn(process.execPath, [join(root, 'dist/bin/api.js')], {
    env: { ...process.env, DATA_DIR: data, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await new Promise((found, failed) => {
      let said = '';
      server.stdout.on('data', (text) => {
        said += text;
        const match = /listens on (http:\S+)/.exec(said);
        if (match) found(match[1]);
      });
      server.once('exit', (code) => failed(new Error(`the server ended with ${code}`)));
    });
    return `${JSON.stringify(await (await fetch(`${url}/openapi.json`)).json(), null, 2)}\n`;
  } finally {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill('SIGTERM');
    await gone;
    await rm(data, { recursive: true, force: true });
  }
}

const documents = {
  'infra/docs/events/README.md': catalogue,
  'infra/docs/refusals.md': refusals,
  'infra/docs/configuration.md': configuration,
  'infra/docs/openapi.json': openapi,
};
let stale = 0;
for (const [path, make] of Object.entries(documents)) {
  const file = join(root, path);
  const text = await format(await make(), { ...(await resolveConfig(file)), filepath: file });
  const before = await readFile(file, 'utf8').catch(() => '');
  if (before === text) continue;
  if (check) {
    console.error(`${path} is out of date: run npm run docs`);
    stale += 1;
  } else {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    console.log(`wrote ${path}`);
  }
}
process.exit(stale > 0 ? 1 : 0);
