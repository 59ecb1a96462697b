import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  derivedId,
  eventIdOf,
  isUrn,
  isUuid,
  participationId,
  partsOf,
  requireSlug,
  slugFrom,
} from './ids.js';
import { RefusalError } from './refusal.js';

describe('derived ids', () => {
  it('never change: kept ids depend on it', () => {
    expect(derivedId('event', 'a', '0')).toBe('4c8cf062-b50a-5ea9-bb07-408e65c2cbd2');
    expect(eventIdOf('a', 'plan-x', 0)).toBe(derivedId('event', 'a', 'plan-x', '0'));
    expect(eventIdOf('a', 'plan-y', 0)).not.toBe(eventIdOf('a', 'plan-x', 0));
    expect(isUuid(derivedId('x'))).toBe(true);
  });

  it('differ whenever the parts differ, also in where one part ends', () => {
    expect(derivedId('ab', 'c')).not.toBe(derivedId('a', 'bc'));
    expect(derivedId('a')).not.toBe(derivedId('a', ''));
  });
});

describe('slugs', () => {
  it('come from names', () => {
    expect(slugFrom('Ipswich Workforce Development, 2024–26')).toBe('ipswich-workforce-development-2024-26');
    expect(slugFrom('École Élémentaire')).toBe('ecole-elementaire');
    expect(slugFrom('—')).toBe('');
  });

  it('made from any name are accepted unless nothing is left of it', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const slug = slugFrom(name);
        if (slug !== '') expect(requireSlug(slug, 'id')).toBe(slug);
      }),
    );
  });

  it.each(['', 'Upper', 'a--b', '-a', 'a-', 'a.b', 'a/b', 'a b', 'x'.repeat(61)])('refuses %p', (value) => {
    expect(() => requireSlug(value, 'id')).toThrow(RefusalError);
  });
});

describe('participation ids', () => {
  it('can be taken apart again', () => {
    expect(partsOf(participationId('ipswich', '123456'))).toEqual({ programmeId: 'ipswich', urn: '123456' });
    expect(partsOf('ipswich.123456.2')).toEqual({ programmeId: 'ipswich', urn: '123456', number: 2 });
  });

  it('hold URNs of 6 digits, or 5 for a children’s centre', () => {
    expect(['123456', '20001'].every(isUrn)).toBe(true);
    expect(['1234', '1234567', '12345a', ' 123456', ''].some(isUrn)).toBe(false);
  });
});
