import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toJson } from './json.js';
import { OutcomeInterceptor } from './outcome.interceptor.js';
import { HttpProblem } from './problem.js';
import { ProblemFilter, sendProblem, type ReportFailure } from './problem.filter.js';
import { validationPipe } from './validation.js';

export const LARGEST_JSON_BYTES = 1024 * 1024;
export const LARGEST_CSV_BYTES = 64 * 1024 * 1024;
const LONGEST_PARAMETER = 200;
const REQUEST_MILLISECONDS = 120_000;

/** Fastify with our limits. Its own logger is off: what is worth saying is logged once, by us. */
export function fastifyAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: LARGEST_JSON_BYTES,
    requestTimeout: REQUEST_MILLISECONDS,
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    // Requests under way are finished on shutdown, idle keep-alive connections are not waited for.
    forceCloseConnections: 'idle',
    logger: false,
  });
}

/** Everything that makes an answer ours, whatever the routes: problems, validation, outcomes, JSON, CSV bodies. */
export function speakOurHttp(app: NestFastifyApplication, report: ReportFailure): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.setReplySerializer((payload) => toJson(payload));
  fastify.addContentTypeParser(
    'text/csv',
    { parseAs: 'buffer', bodyLimit: LARGEST_CSV_BYTES },
    (_request, body, done) => done(null, body),
  );
  app.useGlobalFilters(new ProblemFilter(report));
  app.useGlobalPipes(validationPipe());
  app.useGlobalInterceptors(new OutcomeInterceptor());
}

/** To be called after routes are registered: Nest puts its own handlers for these in while it starts. */
export function handleWhatNestDoesNot(app: NestFastifyApplication, report: ReportFailure): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.setErrorHandler((error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    sendProblem(error, request, reply, report),
  );
}

export function noSuchRoute(method: string, url: string): HttpProblem {
  return new HttpProblem(
    404,
    'REQUEST.NO_SUCH_ROUTE',
    `there is no ${method} ${url.split('?')[0]}: see /docs`,
  );
}
