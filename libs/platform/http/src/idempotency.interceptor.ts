import { canonicalHash } from '#platform/evidence';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { createHash, webcrypto } from 'node:crypto';
import { catchError, type Observable } from 'rxjs';
import { keyedCommandId, type ActingRequest } from './command-context.js';
import { IdempotencyKeys } from './idempotency-keys.js';
import { HttpProblem } from './problem.js';

/** Refuses an `Idempotency-Key` that is used again with other input, before anything is done. */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly keys: IdempotencyKeys) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<ActingRequest>();
    const commandId = keyedCommandId(request);
    if (commandId === undefined) return next.handle();
    const claimed = await this.keys.claim(commandId, await inputHash(request));
    if (claimed === undefined) return next.handle();
    return next.handle().pipe(
      catchError(async (error: unknown) => {
        // The edge's own refusal: no command came of it, and what is put right may be sent with the same key.
        if (error instanceof HttpProblem) await this.keys.release(commandId, claimed);
        throw error;
      }),
    );
  }
}

/** Over what is asked for: the body and the query. A file is hashed off this thread, which others wait for. */
async function inputHash({ body, query }: ActingRequest): Promise<string> {
  const asked = Buffer.isBuffer(body)
    ? {
        sha256: Buffer.from(await webcrypto.subtle.digest('SHA-256', body as Buffer<ArrayBuffer>)).toString(
          'hex',
        ),
      }
    : (body ?? null);
  const input = { body: asked, query: { ...(query as object) } };
  try {
    return canonicalHash(input);
  } catch {
    // Text that is not well formed has no canonical form; no command takes it, and each says so itself.
    return createHash('sha256').update(JSON.stringify(input)).digest('hex');
  }
}
