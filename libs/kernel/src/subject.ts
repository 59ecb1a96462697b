import { isRefusal, refusal, type Refusal } from './refusal.js';

export const LONGEST_SUBJECT = 200;
// Letters, marks, numbers, punctuation, symbols and single plain spaces: nothing invisible, so that two subjects
// that look the same to a person are rarely two people. Some marks and letters are not to be seen either,
// nor are two symbols: the blank of Braille, and the head of a note that is none.
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]+(?: [\p{L}\p{M}\p{N}\p{P}\p{S}]+)*$/u;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]/u;
const ALL_UNSEEN = new RegExp(`${INVISIBLE.source}|\\p{Cc}`, 'gu');

/**
 * What a person is called in the system, wherever it comes in: by a token, on the command line or named by somebody else.
 * @returns it in Unicode's composed form, or the refusal `IDENTITY.BAD_SUBJECT` naming `field`
 */
export function readSubject(value: unknown, field: string): string | Refusal {
  const broken = (rule: string): Refusal =>
    refusal('IDENTITY.BAD_SUBJECT', 'invalid', `${field} ${rule}`, { field });
  if (typeof value !== 'string' || value === '') return broken('must not be empty');
  const subject = value.normalize('NFC');
  if (subject.length > LONGEST_SUBJECT) return broken(`must have at most ${LONGEST_SUBJECT} characters`);
  if (subject.trim() !== subject) return broken('must not begin or end with a space');
  if (!PRINTABLE.test(subject) || INVISIBLE.test(subject)) {
    return broken('must consist of printable characters and single spaces');
  }
  if (subject.toLowerCase().startsWith('system:')) {
    return broken("must not begin with 'system:', which is how the product names itself");
  }
  return subject;
}

/** Several, each by its field and place, such as `members[2]`; the spaces around one mean nothing. */
export function readSubjects(
  values: readonly string[],
  fieldOf: (place: number) => string,
): readonly string[] | Refusal {
  const subjects: string[] = [];
  for (const [place, value] of values.entries()) {
    const subject = readSubject(value.trim(), fieldOf(place));
    if (isRefusal(subject)) return subject;
    subjects.push(subject);
  }
  return subjects;
}

/**
 * Whether two subjects count as one person. Those that differ only in capitals, or in the form of their letters, do: an
 * issuer may tell `Ann` from `ann`, but no second signature, seat or limit rests on that.
 */
export function sameSubject(a: string, b: string): boolean {
  return folded(a) === folded(b);
}

/** The place of the first that is named before it already, however it is spelt; -1: none is. */
export function namedAgain(subjects: readonly string[]): number {
  const known = subjects.map(folded);
  return known.findIndex((subject, place) => known.indexOf(subject) !== place);
}

/**
 * What counts of a subject. What is not to be seen is taken from nobody, and counts for nothing in an older history that has it.
 * Small letters come first and last: a capital may have another small letter than the one that is spelt with two capitals.
 */
function folded(subject: string): string {
  const letters = subject.normalize('NFKC').replace(ALL_UNSEEN, '');
  const small = letters.toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
  return small.replace(/\s+/g, ' ').trim();
}
