import type { Actor } from '#kernel';
import { hostname, userInfo } from 'node:os';
import { requireRole, requireSubject } from './subject.js';
import { LOCAL_ISSUER } from './tokens.js';

/** The account that the operating system vouches for; `uid-N` where it has no name. */
export function operatingSystemAccount(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

/**
 * The person at the command line: the same person as with a local token of that subject, authenticated only by
 * having an account on the machine that holds the data, which is recorded.
 * @throws RefusalError `IDENTITY.BAD_SUBJECT`, `IDENTITY.BAD_ROLE`
 */
export function commandLineActor(said: { readonly subject: string; readonly role: string }): Actor {
  return {
    issuer: LOCAL_ISSUER,
    subject: requireSubject(said.subject, '--as'),
    role: requireRole(said.role, '--role'),
    authentication: { method: 'command-line', account: operatingSystemAccount(), host: hostname() },
  };
}
