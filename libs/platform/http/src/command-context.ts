import { derivedId, isUuid, parseOccurrence, randomId, type Actor } from '#kernel';
import type { CommandContext } from '#platform/event-store';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './problem.js';

/** The settings that somebody may read and act for, by URN. */
export type SettingsOf = 'all' | readonly string[];

/**
 * A request whose bearer token has been verified. Only the identity guard sets who acts and for which settings; the
 * latter is beside the actor because the actor goes into every event.
 */
export type ActingRequest = FastifyRequest & { actor?: Actor; settings?: SettingsOf };

/** What every command may say besides what it asks for. Command DTOs extend it. */
export class CommandBody {
  @ApiPropertyOptional({
    description:
      'When it happened in the world: a date (start of that day in Europe/London) or an instant with offset. ' +
      'Never in the future, never before the facts it rests on. Default: now.',
    example: '2024-10-27T01:30:00+01:00',
  })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  occurredAt?: string;
}

const ENTITY_TAG = /^"(0|[1-9]\d{0,18})"$/;

/**
 * `If-Match: "7"` means: only if the stream is still at revision 7.
 * @throws HttpProblem 400 for anything else, `*` and weak tags included: they do not say what was decided on
 */
export function expectedRevisionFrom(header: string | undefined): bigint | undefined {
  if (header === undefined) return undefined;
  const revision = ENTITY_TAG.exec(header.trim())?.[1];
  if (revision !== undefined) return BigInt(revision);
  throw new HttpProblem(
    400,
    'REQUEST.IF_MATCH',
    `If-Match must be the quoted revision from an ETag, such as "7"; it was ${JSON.stringify(header.slice(0, 100))}`,
    { field: 'If-Match' },
  );
}

/**
 * The command's id from the caller's `Idempotency-Key`, a UUID. Derived from the person too, so that nobody can
 * take, or guess at, the answer to another person's key; and from the route, so that a key used again for another
 * thing is another command.
 * @throws HttpProblem 400
 */
export function commandIdFrom(header: string | undefined, actor: Actor, route: string): string {
  if (header === undefined) return randomId();
  if (isUuid(header)) return derivedId('http', actor.issuer, actor.subject, route, header.toLowerCase());
  throw new HttpProblem(
    400,
    'REQUEST.IDEMPOTENCY_KEY',
    `Idempotency-Key must be a UUID; it was ${JSON.stringify(header.slice(0, 100))}`,
    { field: 'Idempotency-Key' },
  );
}

function single(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function routeOf({ method, url }: FastifyRequest): string {
  return `${method} ${url.split('?')[0]}`;
}

const CHANGES_NOTHING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The id of the command that a request names by its `Idempotency-Key`; `undefined` if it names none, or is none.
 * @throws HttpProblem 400 for a key that cannot be one
 */
export function keyedCommandId(request: ActingRequest): string | undefined {
  const { actor, method } = request;
  const header = single(request, 'idempotency-key');
  if (header === undefined || actor === undefined || CHANGES_NOTHING.has(method)) return undefined;
  return commandIdFrom(header, actor, routeOf(request));
}

/**
 * Who commands, when, and as part of what. The actor comes from the verified token alone.
 * @throws HttpProblem 400 naming the header, 401 without an actor; RefusalError `TIME.NOT_UNDERSTOOD`
 */
export function commandContextOf(request: ActingRequest): CommandContext {
  const { actor } = request;
  if (actor === undefined) {
    throw new HttpProblem(
      401,
      'IDENTITY.TOKEN_REQUIRED',
      'a command needs a bearer token',
      {},
      {
        'www-authenticate': 'Bearer',
      },
    );
  }
  const commandId = commandIdFrom(single(request, 'idempotency-key'), actor, routeOf(request));
  const expectedRevision = expectedRevisionFrom(single(request, 'if-match'));
  const occurredAt = (request.body as { occurredAt?: unknown } | null | undefined)?.occurredAt;
  const fromQuery = (request.query as { occurredAt?: unknown } | undefined)?.occurredAt;
  // A CSV body has no fields of its own, so that an import says it in the query.
  const said = typeof occurredAt === 'string' ? occurredAt : fromQuery;
  return {
    commandId,
    correlationId: commandId,
    causationId: commandId,
    actor,
    ...(typeof said === 'string' ? { occurredAt: parseOccurrence(said, 'occurredAt') } : {}),
    ...(expectedRevision === undefined ? {} : { expectedRevision }),
  };
}

/** Controller parameter: the {@link CommandContext} of this request. */
export const CommandFrom = createParamDecorator((_: unknown, context: ExecutionContext): CommandContext =>
  commandContextOf(context.switchToHttp().getRequest<ActingRequest>()),
);

/** Controller parameter of a query: who asks. */
export const ActorFrom = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor | undefined =>
    context.switchToHttp().getRequest<ActingRequest>().actor,
);
