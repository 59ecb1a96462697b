import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { typedNext } from './typed-next.js';

describe('a command that is to be typed next', () => {
  it('works on the same data folder, as the same person in the same role', () => {
    expect(typedNext(['ledger', 'ipswich'], {})).toBe('npm run -s ops -- ledger ipswich');
    expect(typedNext(['ledger', 'ipswich'], { data: '../office', as: 'ada', role: 'payer' })).toBe(
      'npm run -s ops -- ledger ipswich --data ../office --as ada --role payer',
    );
  });

  it('is one word to the shell where it was one', () => {
    const typed = typedNext(['import', 'settings', 'my register.csv'], { data: "Ada's data", as: 'a$b' });
    expect(typed).toBe(
      `npm run -s ops -- import settings 'my register.csv' --data 'Ada'\\''s data' --as 'a$b'`,
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (any) => {
        const word = any.replaceAll('\0', '').replaceAll(/[\ud800-\udfff]/g, '');
        const [, typedWord = ''] = typedNext([word], {}).split(/ -- (.*)/s);
        expect(execFileSync('sh', ['-c', `printf %s ${typedWord}`], { encoding: 'utf8' })).toBe(word);
      }),
      { numRuns: 50 },
    );
  });
});
