import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toJson } from './json.js';
import { OutcomeInterceptor } from './outcome.interceptor.js';
import { HttpProblem } from './problem.js';
import { ProblemFilter, sendProblem, type ReportFailure } from './problem.filter.js';
import { validationPipe } from './validation.js';

export const LARGEST_JSON_BYTES = 1024 * 1024;
export const LARGEST_CSV_BYTES = 64 * 1024 * 1024;
export const LARGEST_FILE_BYTES = 20 * 1024 * 1024;
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
    // What the router refuses never reaches a route, nor the error handler of one.
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(error, request, reply, () => undefined),
  });
}

/** For `NestFactory.create`: Nest's own body parsers would also take forms, and name their refusals differently. */
export const NEST_OPTIONS = { bodyParser: false } as const;

/** Everything that makes an answer ours, whatever the routes: problems, validation, outcomes, JSON, CSV bodies. */
export function speakOurHttp(app: NestFastifyApplication, report: ReportFailure): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.setReplySerializer((payload) => toJson(payload));
  fastify.removeAllContentTypeParsers();
  // Refuses `__proto__` and `constructor.prototype` as keys.
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    void parseJson(request, body as string, (error, parsed) => {
      if (error === null) done(null, parsed);
      else done(notJson(body as string, error));
    });
  });
  fastify.addContentTypeParser(
    'text/csv',
    { parseAs: 'buffer', bodyLimit: LARGEST_CSV_BYTES },
    (_request, body, done) => done(null, body),
  );
  // A file of any kind, as it is: what it is follows from its name.
  fastify.addContentTypeParser(
    'application/octet-stream',
    { parseAs: 'buffer', bodyLimit: LARGEST_FILE_BYTES },
    (_request, body, done) => done(null, body),
  );
  app.useGlobalFilters(new ProblemFilter(report));
  app.useGlobalPipes(validationPipe());
  app.useGlobalInterceptors(new OutcomeInterceptor());
}

function notJson(body: string, error: Error): HttpProblem {
  const why = body.trim() === '' ? 'it is empty' : error.message;
  return new HttpProblem(400, 'REQUEST.NOT_JSON', `the body is not JSON that can be accepted: ${why}`);
}
