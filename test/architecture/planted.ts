import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const repository = resolve(process.cwd());

const TSCONFIG = {
  extends: join(repository, 'tsconfig.json'),
  compilerOptions: {
    rootDir: '.',
    outDir: 'dist',
    paths: {
      '#kernel': ['./libs/kernel/src/index.ts'],
      '#platform/*': ['./libs/platform/*/src/index.ts'],
      '#domain/*': ['./libs/domain/*/src/index.ts'],
      '#testing': ['./libs/testing/src/index.ts'],
    },
    typeRoots: [join(repository, 'node_modules/@types')],
  },
  include: ['apps', 'libs', 'test'],
};

/** Makes a small checkout of only these files, with the real dependencies, for the length of `use`. */
export async function withPlanted<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tranche-planted-'));
  try {
    await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
    const all = { ...files, 'tsconfig.json': JSON.stringify(TSCONFIG), 'package.json': '{"type":"module"}' };
    for (const [path, content] of Object.entries(all)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
