import { refusal, RefusalError } from '#kernel';
import { ROLES, type Role } from '#platform/http';

export const LONGEST_SUBJECT = 200;
// Letters, marks, numbers, punctuation, symbols and single plain spaces: nothing invisible, so that two subjects
// that look the same to a person are rarely two people. Some marks and letters are not to be seen either.
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;

/**
 * Checks a person's name for the system and gives it in Unicode's composed form, so that one spelling is one person.
 * @throws RefusalError `IDENTITY.BAD_SUBJECT`
 */
export function requireSubject(value: unknown, field = 'subject'): string {
  const says = (rule: string): RefusalError =>
    new RefusalError(refusal('IDENTITY.BAD_SUBJECT', 'invalid', `${field} ${rule}`, { field }));
  if (typeof value !== 'string' || value === '') throw says('must not be empty');
  const subject = value.normalize('NFC');
  if (subject.length > LONGEST_SUBJECT) throw says(`must have at most ${LONGEST_SUBJECT} characters`);
  if (subject.trim() !== subject) throw says('must not begin or end with a space');
  if (!PRINTABLE.test(subject) || INVISIBLE.test(subject)) throw says('must consist of printable characters');
  if (subject.toLowerCase().startsWith('system:')) {
    throw says("must not begin with 'system:', which is how the product names itself");
  }
  return subject;
}

/** @throws RefusalError `IDENTITY.BAD_ROLE` */
export function requireRole(value: unknown, field = 'role'): Role {
  if ((ROLES as readonly unknown[]).includes(value)) return value as Role;
  throw new RefusalError(
    refusal('IDENTITY.BAD_ROLE', 'invalid', `${field} must be one of ${ROLES.join(', ')}`, { field }),
  );
}
