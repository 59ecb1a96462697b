import { refusal, RefusalError, type RefusalKind } from '#kernel';
import { ReplyError } from 'ioredis';

/** What the server itself says, as far as one can act on it. */
const SAID: Readonly<
  Record<string, { readonly code: string; readonly kind: RefusalKind; readonly says: string }>
> = {
  OOM: {
    code: 'STORE.FULL',
    kind: 'full',
    says: 'has no room left (maxmemory is reached); nothing was written. Give it more memory',
  },
  BUSY: { code: 'STORE.BUSY', kind: 'busy', says: 'is busy with a script; nothing was written, try again' },
  LOADING: { code: 'STORE.UNAVAILABLE', kind: 'unavailable', says: 'is loading its data; try again' },
  MASTERDOWN: {
    code: 'STORE.UNAVAILABLE',
    kind: 'unavailable',
    says: 'is a replica that has lost its master; nothing was written, try again',
  },
  READONLY: {
    code: 'STORE.UNAVAILABLE',
    kind: 'unavailable',
    says: 'has become a replica that takes no writes; nothing was written, try again',
  },
  NOREPLICAS: {
    code: 'STORE.UNAVAILABLE',
    kind: 'unavailable',
    says: 'has fewer replicas than min-replicas-to-write; nothing was written, try again',
  },
  MISCONF: {
    code: 'STORE.UNAVAILABLE',
    kind: 'unavailable',
    says: "cannot write to its disk and therefore takes no writes; look at the server's log and at the room on its disk",
  },
};
const DENIED = ['NOAUTH', 'WRONGPASS', 'NOPERM'];
/** Old servers put what a command inside a script said behind words of their own. */
const WORD = new RegExp(`(?:^|-)(${[...Object.keys(SAID), ...DENIED].join('|')})(?: |$)`);

/** How the client says that a command was not answered, or could not be sent. */
const LOST_NAMES = ['AbortError', 'MaxRetriesPerRequestError', 'ParserError', 'InterruptError'];
const LOST_MESSAGES = ['Connection is closed.', 'Command timed out', "Stream isn't writeable"];

/** No answer within the deadline. */
export class Silence extends Error {
  override readonly name = 'Silence';
}

/** Whether the connection broke or was silent, so that nobody knows what became of a command. */
export function isLost(error: unknown): boolean {
  if (error instanceof Silence) return true;
  if (!(error instanceof Error)) return false;
  const { syscall } = error as NodeJS.ErrnoException;
  return (
    LOST_NAMES.includes(error.name) ||
    LOST_MESSAGES.some((message) => error.message.startsWith(message)) ||
    syscall !== undefined
  );
}

/** The word with which the server refused; `undefined` for any other error. */
export function wordOf(error: unknown): string | undefined {
  if (!(error instanceof Error && error instanceof ReplyError)) return undefined;
  const [, word] = WORD.exec(error.message) ?? [];
  if (word !== undefined) return word;
  // A transaction that was not begun says why in the errors of its commands.
  const { previousErrors } = error as { previousErrors?: readonly unknown[] };
  return previousErrors?.map((one) => wordOf(one)).find((one) => one !== undefined);
}

/** What the server said as a refusal; `undefined` when it is not one of those. */
export function refusedBy(error: unknown, name: string): RefusalError | undefined {
  const word = wordOf(error);
  return word === undefined ? undefined : refusedWith(word, name);
}

/** @param word one of those that {@link wordOf} finds */
export function refusedWith(word: string, name: string): RefusalError {
  if (DENIED.includes(word)) return denied(word, name);
  const { code, kind, says } = SAID[word]!;
  return new RefusalError(refusal(code, kind, `Redis at ${name} ${says}`, { engine: 'Redis', name, word }));
}

function denied(word: string, name: string): RefusalError {
  const why = {
    NOAUTH: 'asks for a password, and REDIS_URL has none',
    WRONGPASS: 'does not accept the user and password in REDIS_URL',
    NOPERM: 'does not let the user in REDIS_URL do what jobs need: look at ACL LIST',
  }[word];
  return new RefusalError(
    refusal('STORE.ACCESS_DENIED', 'unavailable', `Redis at ${name} ${why}; nothing was written`, {
      engine: 'Redis',
      name,
    }),
  );
}

/** @param why an error of the connection: its code or message holds no credentials */
export function unavailable(name: string, why: unknown, outcome: 'nothing' | 'unknown'): RefusalError {
  const { code, message, name: kind = '' } = (why ?? {}) as NodeJS.ErrnoException;
  const says = LOST_NAMES.includes(kind) ? 'the connection was lost' : (code ?? message ?? 'no connection');
  const written =
    outcome === 'nothing'
      ? 'nothing was written, try again'
      : 'whether this was written is not known, it may be done again';
  return new RefusalError(
    refusal('STORE.UNAVAILABLE', 'unavailable', `Redis at ${name} does not answer (${says}); ${written}`, {
      engine: 'Redis',
      name,
      outcome,
    }),
  );
}

export function closed(): RefusalError {
  return new RefusalError(refusal('STORE.CLOSED', 'unavailable', 'the jobs store has been closed'));
}
