// Puts each program of dist into one file and what it shares with the others, in a folder of its own that dist/bin is a
// link to. Of the 3,400 files that a command would otherwise find and read, before it does anything, most are its
// libraries' (ADR 14).
import { createHash } from 'node:crypto';
import {
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, 'dist');
const bundles = join(built, 'bundles');
/** A link to the one that runs. */
const bin = join(built, 'bin');
const KEPT_MILLISECONDS = 24 * 60 * 60 * 1000;

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

/** By what a bundle is called: every file that it may be made of, with when it was written. */
async function madeOf(own) {
  const files = [
    ...own.map((file) => join(root, file)),
    join(root, 'package-lock.json'),
    fileURLToPath(import.meta.url),
  ];
  const times = await Promise.all(files.map(async (file) => `${file} ${(await stat(file)).mtimeMs}`));
  return createHash('sha256').update(times.sort().join('\n')).digest('hex').slice(0, 16);
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
    dir: join(bundles, 'one'),
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

/** The bundle that `dist/bin` is a link to; `undefined`: there is none yet. */
const current = () => readlink(bin).catch(() => undefined);

/**
 * Each bundle has a folder of its own, and the link is switched in one step once all of it is there: a program that starts
 * meanwhile, or starts its thread later, finds one whole bundle, and so it does when two builds run at once.
 */
async function put(files, name) {
  const folder = join(bundles, name);
  const unfinished = `${folder}.${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  for (const { fileName, content } of files) await writeFile(join(unfinished, fileName), content);
  await rename(unfinished, folder).catch(async (error) => {
    // Somebody else was as fast, with the same files.
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(unfinished, { recursive: true, force: true });
  });
}

async function switchTo(name) {
  const link = `${bin}.${process.pid}`;
  await rm(link, { force: true });
  await symlink(join('bundles', name), link);
  // Before there were links it was a folder, which nothing is renamed over.
  if ((await lstat(bin).catch(() => undefined))?.isDirectory()) await rm(bin, { recursive: true });
  await rename(link, bin);
}

/** Those that nobody can have started from lately: what still runs from one has read it, but for its thread. */
async function removeOld(name) {
  for (const other of await readdir(bundles)) {
    const folder = join(bundles, other);
    const age = Date.now() - ((await stat(folder).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (other !== name && age > KEPT_MILLISECONDS) await rm(folder, { recursive: true, force: true });
  }
}

/** @param own what was compiled that a program may be made of, below the project's folder */
export async function bundleIfChanged(own) {
  const name = await madeOf(own);
  if ((await current()) === join('bundles', name)) return;
  const isThere = await stat(join(bundles, name)).then(
    () => true,
    () => false,
  );
  if (!isThere) await put(await bundle(), name);
  await switchTo(name);
  await removeOld(name);
}
