import { isRefusal, RefusalError } from '#kernel';
import { ConfigurationError } from '#platform/config';
import { toJson } from '#platform/http';
import { CommanderError } from 'commander';

export const EXIT_DONE = 0;
export const EXIT_REFUSED = 1;
export const EXIT_USAGE = 2;
export const EXIT_PARTLY = 3;

/** The command was written wrongly: nothing was attempted. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** It was done for some of many and refused for others, which the answer names. */
export class PartlyRefused extends Error {
  override readonly name = 'PartlyRefused';
  constructor(
    readonly code: string,
    message: string,
    readonly details: object = {},
  ) {
    super(message);
  }
}

export interface Failure {
  readonly exitCode: number;
  readonly code: string;
  readonly message: string;
  readonly details: object;
}

// Options, not data: a date that is no date is wrong usage in `--as-of`, and a refusal inside a file.
const OPTION_FIELDS = new Set([
  'asOf',
  'recordedAsOf',
  'occurredAt',
  '--as',
  '--role',
  '--urn',
  'ttl',
  'subject',
  'role',
  'desk',
  'figure',
  'lines',
  'tranche',
  'academicYear',
]);
const MALFORMED = new Set([
  'TIME.NOT_UNDERSTOOD',
  'IDENTITY.BAD_SUBJECT',
  'IDENTITY.BAD_ROLE',
  'IDENTITY.BAD_SETTINGS',
  'IDENTITY.BAD_TTL',
  'QUERY.BAD_FILTER',
]);

/** What a thrown error means to whoever ran the command. */
export function failureOf(error: unknown): Failure {
  const refusal = error instanceof RefusalError ? error.refusal : isRefusal(error) ? error : undefined;
  if (refusal !== undefined) {
    const field = refusal.details['field'];
    const usage = MALFORMED.has(refusal.code) && typeof field === 'string' && OPTION_FIELDS.has(field);
    return {
      exitCode: usage ? EXIT_USAGE : EXIT_REFUSED,
      code: refusal.code,
      message: refusal.message,
      details: refusal.details,
    };
  }
  if (error instanceof CommanderError) {
    const message =
      error.code === 'commander.help'
        ? 'a command is missing: --help lists those there are'
        : error.message.replace(/^error: /, '');
    return { exitCode: EXIT_USAGE, code: 'OPS.USAGE', message, details: {} };
  }
  if (error instanceof UsageError) {
    return { exitCode: EXIT_USAGE, code: 'OPS.USAGE', message: error.message, details: {} };
  }
  if (error instanceof PartlyRefused) {
    return { exitCode: EXIT_PARTLY, code: error.code, message: error.message, details: error.details };
  }
  if (error instanceof ConfigurationError) {
    return { exitCode: EXIT_USAGE, code: 'OPS.CONFIGURATION', message: error.message, details: {} };
  }
  return { ...fileFailure(error), exitCode: EXIT_REFUSED };
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'this account may not open it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'there is a file where a folder is wanted',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
};

function fileFailure(error: unknown): Omit<Failure, 'exitCode'> {
  const { code, path } = error as { code?: string; path?: string };
  const says = code === undefined ? undefined : FILE_ERRORS[code];
  if (says !== undefined && path !== undefined) {
    return { code: 'OPS.FILE', message: `${path}: ${says}`, details: { path } };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'OPS.FAILED', message, details: {} };
}

/** Tells a failure on stderr: a sentence, or with `--json` one object `{ error: { code, message, … } }`. */
export function tell(failure: Failure, json: boolean, write: (text: string) => void): void {
  const { code, message, details } = failure;
  const named = { code, message };
  // First for whoever reads it, last so that no detail of the same name hides them.
  write(json ? `${toJson({ error: { ...named, ...details, ...named } })}\n` : `${message}\n(${code})\n`);
}
