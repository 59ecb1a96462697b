import { describe, expect, it } from '@jest/globals';
import { ESLint } from 'eslint';
import { join } from 'node:path';
import { repository, withPlanted } from './planted.js';

async function lint(content: string): Promise<(string | null)[]> {
  return withPlanted({ 'libs/kernel/src/planted.ts': content }, async (folder) => {
    const eslint = new ESLint({ cwd: folder, overrideConfigFile: join(repository, 'eslint.config.mjs') });
    const results = await eslint.lintFiles(['libs/kernel/src/planted.ts']);
    return results.flatMap((result) => result.messages).map((message) => message.ruleId);
  });
}

const planted: Readonly<Record<string, string>> = {
  '@typescript-eslint/no-floating-promises': 'export function lost(): void {\n  Promise.resolve(1);\n}\n',
  '@typescript-eslint/switch-exhaustiveness-check':
    "export function day(of: 'a' | 'b'): number {\n  switch (of) {\n    case 'a':\n      return 1;\n  }\n  return 0;\n}\n",
  '@typescript-eslint/no-explicit-any': 'export type Anything = any;\n',
  'max-lines': 'export const line = 1;\n' + 'export {};\n'.repeat(400),
  'max-lines-per-function': `export function long(): number {\n  let n = 0;\n${'  n += 1;\n'.repeat(80)}  return n;\n}\n`,
  'no-restricted-syntax': 'export default 1;\n',
  'no-restricted-imports': "import { EventBus } from '@nestjs/cqrs';\nexport const bus = EventBus;\n",
  'no-restricted-properties': 'export const roll = (): number => Math.random();\n',
  'no-restricted-globals': 'export const clock = (): number => performance.now();\n',
  eqeqeq: 'export const same = (a: number, b: number): boolean => a == b;\n',
};

describe('the lint rules', () => {
  it('let clean code pass', async () => {
    expect(await lint('export const one = 1;\n')).toEqual([]);
  });

  it.each(Object.keys(planted))('%s catches what is planted against it', async (rule) => {
    expect(new Set(await lint(planted[rule] ?? ''))).toEqual(new Set([rule]));
  });
});
