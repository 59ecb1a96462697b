// Compiles apps, libs and test into dist with swc. Only files newer than their output are compiled, and
// outputs whose source is gone are removed, so that a deleted spec never runs again. Types are checked
// separately by `npm run types`. What is compiled is then put together into the programs that run (bundle.mjs).
import { transformFile } from '@swc/core';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleIfChanged } from './bundle.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const out = join(root, 'dist');
const self = fileURLToPath(import.meta.url);

const options = {
  swcrc: false,
  sourceMaps: true,
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
};

async function filesBelow(folder, ending) {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

async function modified(file) {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}

async function compile(source, compilerChanged) {
  const target = join(out, source.replace(/\.ts$/, '.js'));
  const from = join(root, source);
  if ((await modified(target)) > Math.max(await modified(from), compilerChanged)) return;
  const { code, map } = await transformFile(from, { ...options, sourceFileName: from });
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.map`, map);
  const temporary = `${target}.${process.pid}.tmp`;
  await writeFile(temporary, `${code}\n//# sourceMappingURL=${target.split('/').at(-1)}.map\n`);
  await rename(temporary, target);
}

const folders = ['apps', 'libs', 'test'];
const sources = (await Promise.all(folders.map((folder) => filesBelow(folder, '.ts')))).flat();
const wanted = new Set(sources.map((source) => join('dist', source.replace(/\.ts$/, '.js'))));
for (const output of (
  await Promise.all(folders.map((folder) => filesBelow(join('dist', folder), '.js')))
).flat()) {
  if (!wanted.has(output)) {
    await rm(join(root, output), { force: true });
    await rm(join(root, `${output}.map`), { force: true });
  }
}
const compilerChanged = await modified(self);
const results = await Promise.allSettled(sources.map((source) => compile(source, compilerChanged)));
const failures = results.filter((result) => result.status === 'rejected');
for (const failure of failures) console.error(String(failure.reason));
if (failures.length > 0) process.exit(1);
await bundleIfChanged(
  [...wanted].filter((file) => /^dist\/(apps|libs)\//.test(file) && !file.endsWith('.spec.js')),
);
