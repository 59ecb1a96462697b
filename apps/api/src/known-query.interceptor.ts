import { HttpProblem } from '#platform/http';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';

/**
 * Refuses a parameter of the query that the route's documentation does not have: passed over, it would have whoever
 * mistyped `lines` or `asOf` take what is shown for what was asked. What is open to all, such as a probe, is not held to it.
 */
export class KnownQueryInterceptor implements NestInterceptor {
  private readonly known: ReadonlyMap<string, readonly string[]>;

  constructor(document: OpenAPIObject) {
    const operations = Object.values(document.paths).flatMap((item) =>
      [item.get, item.post, item.put, item.patch, item.delete].filter((one) => one !== undefined),
    );
    this.known = new Map(
      operations
        .filter(({ security }) => security?.length !== 0)
        .map(({ operationId = '', parameters = [] }) => [
          operationId,
          parameters.flatMap((one) => ('in' in one && one.in === 'query' ? [one.name] : [])),
        ]),
    );
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const known = this.known.get(`${context.getClass().name}_${context.getHandler().name}`);
    const { query } = context.switchToHttp().getRequest<FastifyRequest>();
    const field = Object.keys(query as object).find((name) => known?.includes(name) === false);
    if (known !== undefined && field !== undefined) throw unknownParameter(field, known);
    return next.handle();
  }
}

function unknownParameter(field: string, known: readonly string[]): HttpProblem {
  const takes = known.length === 0 ? 'it takes none' : `it takes ${[...known].sort().join(', ')}`;
  const message = `${field} is not a parameter of this request: ${takes}`;
  const errors = [{ field, rule: 'whitelistValidation', message }];
  return new HttpProblem(400, 'REQUEST.INVALID', message, { field, errors });
}
