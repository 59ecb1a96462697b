import type { Outcome } from '#platform/event-store';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';

/** How the outcome of a command is told: revisions and positions as decimal strings. */
export interface OutcomeAnswer {
  readonly stream: string;
  readonly revision: string;
  /** Pass it as `atLeast` to a query that must see what the command did. */
  readonly position: string;
  readonly events: readonly { readonly id: string; readonly type: string; readonly revision: string }[];
}

export function isOutcome(value: unknown): value is Outcome {
  const candidate = value as Partial<Outcome> | null;
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    typeof candidate.stream === 'string' &&
    typeof candidate.revision === 'bigint' &&
    typeof candidate.position === 'bigint' &&
    Array.isArray(candidate.events)
  );
}

/** With whatever else the command says about what it did, as it says it. */
export function outcomeAnswer<O extends Outcome>({
  stream,
  revision,
  position,
  events,
  ...rest
}: O): OutcomeAnswer & Omit<O, keyof Outcome> {
  return {
    ...rest,
    stream,
    revision: revision.toString(),
    position: position.toString(),
    events: events.map(({ id, type, revision: of }) => ({ id, type, revision: of.toString() })),
  };
}

/** 201 if the command made the stream, 200 otherwise; `ETag` is the revision to send back in `If-Match`. */
@Injectable()
export class OutcomeInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((result: unknown) => {
        if (!isOutcome(result)) return result;
        const reply = context.switchToHttp().getResponse<FastifyReply>();
        void reply.code(result.events[0]?.revision === 0n ? 201 : 200);
        if (result.revision >= 0n) void reply.header('etag', `"${result.revision}"`);
        return outcomeAnswer(result);
      }),
    );
  }
}
