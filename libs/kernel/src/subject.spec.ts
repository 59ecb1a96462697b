import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { namedAgain, readSubject, readSubjects, sameSubject } from './subject.js';

describe('a subject', () => {
  it('is one spelling in composed form, without what is not to be seen', () => {
    expect(readSubject('Zoe\u0308 B', 'subject')).toBe('Zo\u00eb B');
    for (const bad of [
      '',
      ' a',
      'a  b',
      'a ',
      '\tann',
      'a\u00a0b',
      'a\u200bb',
      // Joined by nothing, turned round, filled, a blank that counts as a symbol, a variant, a control character.
      ...['a\u2060b', 'a\u202eb', '\u3164', 'a\u2800b', 'a\u{1d159}', 'a\ufe0fb', 'a\u0000b', 'ann\ufeff'],
      'system:x',
      'x'.repeat(201),
      7,
    ]) {
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

  it.each([
    ['capitals', 'Ann', 'ANN'],
    ['full-width letters', 'ａｎｎ', 'ann'],
    ['letters written as one', 'o\ufb03cer', 'officer'],
    ['a capital that has a small letter of its own', 'STRA\u1e9eE', 'stra\u00dfe'],
    ['that one, spelt out', 'STRA\u1e9eE', 'strasse'],
    ['two accents over one letter', '\u0390', '\u03b9\u0308\u0301'],
    ['composed and not', 'Zo\u00eb', 'zoe\u0308'],
    // What an older history may have, although it is taken from nobody.
    ['a zero-width space', 'an\u200bn', 'ann'],
    ['a zero-width joiner', 'ann\u200d', 'ann'],
    ['a blank that is none', 'ann\u2800', 'ann'],
    ['blanks around it', ' ann\u00a0', 'ann'],
  ])('is one person however it is spelt: %s', (_, a, b) => {
    expect([sameSubject(a, b), sameSubject(b, a)]).toEqual([true, true]);
    expect(sameSubject(a, `${b}e`)).toBe(false);
  });

  it('is one person in its own capitals and small letters, whatever letter it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }), (any) => {
        const subject = readSubject(any, 'subject');
        if (typeof subject !== 'string') return;
        for (const spelt of [subject.toUpperCase(), subject.toLowerCase(), subject.normalize('NFKC')]) {
          expect(sameSubject(subject, spelt)).toBe(true);
        }
      }),
      { numRuns: 5000, examples: [['\u1e9e'], ['\u03b0'], ['\u1fe7'], ['\u0130'], ['\u01c5']] },
    );
  });

  it('is named again in whatever capitals and letters', () => {
    expect(namedAgain(['B1', 'ann', 'b1'])).toBe(2);
    expect(namedAgain(['stra\u00dfe', 'STRASSE'])).toBe(1);
    expect(namedAgain(['ann', 'anna', 'an n'])).toBe(-1);
    expect(sameSubject('Amina  Khan', 'amina khan')).toBe(true);
  });
});
