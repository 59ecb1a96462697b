import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { refusalCatalogue, unnamedByTests } from './refusal-catalogue.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

describe('the catalogue of refusals', () => {
  const catalogue = refusalCatalogue(root);
  const entry = (code: string): unknown => catalogue.find((one) => one.code === code);

  it.each([
    [
      'by a decider, in words of its own',
      'AGREEMENT.NOT_ISSUED',
      { kinds: ['wrong-state'], statuses: [409], says: [expect.stringContaining('issue one first')] },
    ],
    [
      'in words put together before',
      'PAYEE.SAME_PERSON',
      { kinds: ['not-allowed'], statuses: [403], says: [expect.stringContaining('somebody else must')] },
    ],
    [
      'by the shape of what was sent',
      'AUDIT.MALFORMED',
      { kinds: ['invalid'], statuses: [400], says: [expect.stringContaining('names the field')] },
    ],
    [
      'with a code that a function chooses',
      'TRANCHE.REPORT_NOT_ACCEPTED',
      { kinds: ['wrong-state'], statuses: [409], says: [expect.stringContaining('tranche')] },
    ],
    ['by the HTTP edge alone', 'REQUEST.MEDIA_TYPE', { statuses: [415] }],
    ['of one row of a file', 'IMPORT.DUPLICATE_URN', { statuses: [] }],
  ])('knows what is refused %s', (_, code, what) => {
    expect(entry(code)).toMatchObject(what);
  });

  it('knows no code that no test names', () => {
    expect(unnamedByTests(root, catalogue)).toEqual([]);
  });
});
