import { describe, expect, it } from '@jest/globals';
import { Chance } from './chance.js';
import { auditOf } from './paperwork.js';

describe('an audit of the demo', () => {
  it('is supported by an audit partner or by an expert adviser, each of its own kind', () => {
    const kinds = Array.from({ length: 60 }, (_, index) => {
      const { supportedBy } = auditOf(new Chance(`setting ${index}`), 1);
      return Array.isArray(supportedBy) ? supportedBy.map(({ kind }) => kind as string) : supportedBy;
    });
    expect(new Set(kinds.flat())).toEqual(new Set(['audit-partner', 'expert-adviser']));
  });
});
