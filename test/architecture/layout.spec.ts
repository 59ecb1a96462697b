import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './planted.js';

const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
  cwd: repository,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '');

const TOP_LEVEL = [
  'apps',
  'libs',
  'infra',
  'test',
  'nest-cli.json',
  'docker-compose.yml',
  'package.json',
  'tsconfig.json',
  'README.md',
];
const BESIDE = ['package-lock.json', 'LICENSE', 'eslint.config.mjs', 'jest.config.mjs'];

function strangers(paths: readonly string[]): string[] {
  const allowed = new Set([...TOP_LEVEL, ...BESIDE]);
  return [...new Set(paths.map((path) => path.split('/')[0] ?? ''))].filter(
    (name) => !allowed.has(name) && !name.startsWith('.'),
  );
}

function vague(paths: readonly string[]): string[] {
  return paths.filter((path) =>
    /(^|\/)(common|shared|utils?|helpers?|legacy|misc)(\/|\.[a-z.]+$)/.test(path),
  );
}

describe('the layout', () => {
  it('has at the top what it should, and nothing else', () => {
    expect(strangers(tracked)).toEqual([]);
    const tops = new Set(tracked.map((path) => path.split('/')[0]));
    expect(TOP_LEVEL.filter((name) => !tops.has(name))).toEqual([]);
    expect(strangers(['src/main.ts'])).toEqual(['src']);
  });

  it('names no folder or file after nothing in particular', () => {
    expect(vague(tracked)).toEqual([]);
    expect(vague(['libs/common/src/a.ts', 'libs/kernel/src/utils.ts'])).toHaveLength(2);
  });

  it('has one table of import aliases: TypeScript’s says the same as Node’s', () => {
    const json = (file: string): unknown => JSON.parse(readFileSync(join(repository, file), 'utf8'));
    const { imports } = json('package.json') as { imports: Record<string, string> };
    const { compilerOptions } = json('tsconfig.json') as {
      compilerOptions: { paths: Record<string, string[]> };
    };
    const fromNode = Object.entries(imports).map(([alias, target]) => [
      alias,
      [target.replace('./dist/', './').replace(/\.js$/, '.ts')],
    ]);
    expect(Object.fromEntries(fromNode)).toEqual(compilerOptions.paths);
  });
});
