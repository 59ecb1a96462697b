import { describe, expect, it } from '@jest/globals';
import { namedAgain, readSubject, readSubjects, sameSubject } from './subject.js';

describe('a subject', () => {
  it('is one spelling in composed form, without what is not to be seen', () => {
    expect(readSubject('Zoe\u0308 B', 'subject')).toBe('Zo\u00eb B');
    for (const bad of ['', ' a', 'a  b', 'a\u00a0b', 'a\u200bb', 'system:x', 'x'.repeat(201), 7]) {
      expect(readSubject(bad, 'to')).toMatchObject({
        code: 'IDENTITY.BAD_SUBJECT',
        details: { field: 'to' },
      });
    }
  });

  it('is told by its place among several', () => {
    const field = (place: number): string => `members[${place}]`;
    expect(readSubjects([' ann', 'bob '], field)).toEqual(['ann', 'bob']);
    expect(readSubjects(['ann', 'b\tb'], field)).toMatchObject({ details: { field: 'members[1]' } });
  });

  it('is named again in whatever capitals and letters', () => {
    expect(namedAgain(['B1', 'ann', 'b1'])).toBe(2);
    expect(namedAgain(['stra\u00dfe', 'STRASSE'])).toBe(1);
    expect(namedAgain(['ann', 'anna', 'an n'])).toBe(-1);
    expect(sameSubject('Amina  Khan', 'amina khan')).toBe(true);
  });
});
