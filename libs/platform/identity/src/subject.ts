import { isRefusal, readSubject, refusal, RefusalError } from '#kernel';
import { ROLES, type Role } from '#platform/http';

/**
 * Checks a person's name for the system and gives it in Unicode's composed form, so that one spelling is one person.
 * @throws RefusalError `IDENTITY.BAD_SUBJECT`
 */
export function requireSubject(value: unknown, field = 'subject'): string {
  const subject = readSubject(value, field);
  if (isRefusal(subject)) throw new RefusalError(subject);
  return subject;
}

/** @throws RefusalError `IDENTITY.BAD_ROLE` */
export function requireRole(value: unknown, field = 'role'): Role {
  if ((ROLES as readonly unknown[]).includes(value)) return value as Role;
  throw new RefusalError(
    refusal('IDENTITY.BAD_ROLE', 'invalid', `${field} must be one of ${ROLES.join(', ')}`, { field }),
  );
}
