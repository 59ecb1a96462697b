// Puts each program of dist into one file and what it shares with the others, in dist/bin. Of the 3,400 files that a
// command would otherwise find and read, before it does anything, most are its libraries' (ADR 14).
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist');
const out = join(built, 'bin');
/** What the last bundle was made of. */
const stamp = join(out, '.made-of');

// The threads are started by the name of their file, beside whichever file starts them.
const programs = {
  api: 'apps/api/src/main.js',
  ops: 'apps/ops/src/main.js',
  projector: 'apps/projector/src/main.js',
  worker: 'apps/worker/src/main.js',
  'machine-room.thread': 'apps/api/src/machine-room.thread.js',
  'writer.thread': 'libs/platform/event-store/src/sqlite/writer.thread.js',
};

// Left in node_modules: clients of servers, loaded where one is set up; what finds files of its own beside itself; what is
// patched by being imported; and what a framework asks for and does without.
const external = [
  /^node:/,
  /^(@eventstore\/db-client|mongodb|bullmq|ioredis)(\/|$)/,
  /^(@bull-board\/|swagger-ui-dist)/,
  'reflect-metadata',
  /^@nestjs\/(microservices|platform-express|websockets)/,
  /^@fastify\/(multipart|view)$/,
];

const LIBRARIES = 'libraries';

/** Every file that a bundle may be made of, with when it was written. */
async function inputs() {
  const own = (await readdir(built, { recursive: true })).filter(
    (file) => /^(apps|libs)\/.*\.js$/.test(file) && !file.endsWith('.spec.js'),
  );
  const files = [
    ...own.map((file) => join(built, file)),
    join(root, 'package-lock.json'),
    fileURLToPath(import.meta.url),
  ];
  const times = await Promise.all(files.map(async (file) => `${file} ${(await stat(file)).mtimeMs}`));
  return createHash('sha256').update(times.sort().join('\n')).digest('hex');
}

/** The compiler's own maps, so that a trace names the line that somebody wrote. */
const mapped = {
  name: 'mapped',
  async load(id) {
    if (!id.startsWith(built)) return null;
    const [code, map] = await Promise.all([readFile(id, 'utf8'), readFile(`${id}.map`, 'utf8')]);
    return { code, map };
  },
};

async function bundle() {
  const made = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.entries(programs).map(([name, file]) => [name, join(built, file)])),
    platform: 'node',
    external,
    // Modules say what they are by being run: decorators, registrations.
    treeshake: false,
    plugins: [mapped],
  });
  const { output } = await made.generate({
    dir: out,
    format: 'esm',
    sourcemap: true,
    // Refusals, handlers and documents are known by the names of their classes.
    keepNames: true,
    strictExecutionOrder: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups: [{ name: LIBRARIES, test: /node_modules/ }] },
  });
  await made.close();
  return filesOf(output);
}

/**
 * The files to write. Node reads the map of every file that has one, needed or not, and the libraries' would take longer
 * than their code: they go without.
 */
function filesOf(output) {
  const libraries = output.find((file) => file.type === 'chunk' && file.name === LIBRARIES).fileName;
  return output
    .filter(({ fileName }) => fileName !== `${libraries}.map`)
    .map((file) => {
      const { fileName, isEntry = false } = file;
      const content = file.type === 'chunk' ? file.code : file.source;
      const named = `\n//# sourceMappingURL=${libraries}.map`;
      return { fileName, isEntry, content: fileName === libraries ? content.replace(named, '') : content };
    });
}

/** Written so that a program that starts meanwhile finds all of the old bundle or all of the new one. */
async function write(files) {
  await mkdir(out, { recursive: true });
  for (const { fileName, content } of files.toSorted((a, b) => Number(a.isEntry) - Number(b.isEntry))) {
    const temporary = join(out, `${fileName}.${process.pid}.tmp`);
    await writeFile(temporary, content);
    await rename(temporary, join(out, fileName));
  }
  const wanted = new Set(files.map(({ fileName }) => fileName));
  const stale = (await readdir(out)).filter((name) => name.endsWith('.js') || name.endsWith('.map'));
  await Promise.all(
    stale.filter((name) => !wanted.has(name)).map((name) => rm(join(out, name), { force: true })),
  );
}

export async function bundleIfChanged() {
  const madeOf = await inputs();
  if ((await readFile(stamp, 'utf8').catch(() => '')) === madeOf) return;
  await write(await bundle());
  await writeFile(stamp, madeOf);
}
