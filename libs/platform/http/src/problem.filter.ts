import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_MEDIA_TYPE, problemOf } from './problem.js';

/** Told of each failure that is the server's own. */
export type ReportFailure = (error: unknown, request: { method: string; url: string; id: string }) => void;

/** Every error that leaves by HTTP leaves as problem details. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly report: ReportFailure) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.report);
  }
}

/** The same for errors that never reach Nest: unreadable bodies, unknown routes. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  report: ReportFailure,
): void {
  const { problem, headers, ourFault } = problemOf(error);
  if (ourFault) report(error, { method: request.method, url: request.url, id: request.id });
  if (reply.sent) return;
  void reply
    .code(problem.status)
    .headers(headers)
    .header('content-type', PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify({ ...problem, instance: request.url.split('?')[0] }));
}
