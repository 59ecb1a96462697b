import { RefusalError, type JsonObject, type RefusalKind } from '#kernel';
import { HttpException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';

/**
 * The one table that says which HTTP status a refusal becomes. `invalid` is 400 and never 422: a rule may be
 * noticed by the route's own validation or by the decider behind it, and the same mistake must look the same. (422 is
 * what a key gets that was used with other input, as the IETF's draft on `Idempotency-Key` has it.)
 */
export const STATUS_OF: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  'not-allowed': 403,
  'not-found': 404,
  'wrong-state': 409,
  stale: 412,
  busy: 503,
  unavailable: 503,
  full: 507,
};

/** Seconds after which a request refused as `busy` or `unavailable` may be worth repeating. */
export const RETRY_AFTER_SECONDS = 1;

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** RFC 9457 problem details; what a refusal says in its details stands beside the standard members. */
export interface Problem {
  /** `urn:tranche:problem:<code>`: the same permanent code as in `code`, as the URI the RFC asks for. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** A sentence for the person at the desk: what was wrong, and with which field. */
  readonly detail: string;
  readonly code: string;
  readonly [detail: string]: unknown;
}

/** A refusal that only the HTTP edge makes, such as an unreadable header. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: JsonObject = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export interface ProblemAnswer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** True for what the caller could not have caused: to be logged with its stack. */
  readonly ourFault: boolean;
}

function answer(
  status: number,
  code: string,
  detail: string,
  details: object = {},
  headers: Readonly<Record<string, string>> = {},
): ProblemAnswer {
  const standard = {
    type: `urn:tranche:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Problem',
    status,
    detail,
    code,
  };
  return { problem: { ...details, ...standard }, headers, ourFault: status === 500 };
}

// What Fastify itself refuses before a controller is reached, in our words.
const FASTIFY_REFUSALS: Readonly<Record<string, readonly [status: number, code: string, says: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'REQUEST.TOO_LARGE', 'the body is larger than this route accepts'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    415,
    'REQUEST.MEDIA_TYPE',
    'the body must be application/json, or text/csv or application/octet-stream on the routes that take a file',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    400,
    'REQUEST.CONTENT_LENGTH',
    'Content-Length is not the length of the body',
  ],
  FST_ERR_BAD_URL: [400, 'REQUEST.BAD_URL', 'the path is not a valid URL path'],
};

const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'REQUEST.INVALID',
  401: 'IDENTITY.TOKEN_REQUIRED',
  403: 'IDENTITY.NOT_ALLOWED',
  404: 'REQUEST.NO_SUCH_ROUTE',
  413: 'REQUEST.TOO_LARGE',
  415: 'REQUEST.MEDIA_TYPE',
};

function nameOf(status: number): string {
  return CODE_OF_STATUS[status] ?? (status >= 500 ? 'SERVER.FAILED' : 'REQUEST.REFUSED');
}

/** Whatever was thrown, as a problem. Says nothing of an unexpected error but that it is ours. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof RefusalError) {
    const { kind, code, message, details } = error.refusal;
    const status = STATUS_OF[kind];
    return answer(
      status,
      code,
      message,
      details,
      status === 503 ? { 'retry-after': String(RETRY_AFTER_SECONDS) } : {},
    );
  }
  if (error instanceof HttpProblem) {
    return answer(error.status, error.code, error.message, error.details, error.headers);
  }
  const refused = FASTIFY_REFUSALS[(error as { code?: string } | null | undefined)?.code ?? ''];
  if (refused !== undefined) return answer(...refused);
  if (error instanceof HttpException) {
    return answer(error.getStatus(), nameOf(error.getStatus()), error.message);
  }
  const status = (error as { statusCode?: unknown } | null | undefined)?.statusCode;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return answer(status, nameOf(status), error instanceof Error ? error.message : 'the request was refused');
  }
  return answer(
    500,
    'SERVER.FAILED',
    'the server failed; whether anything was written can be seen by sending the same request with the same Idempotency-Key',
  );
}
