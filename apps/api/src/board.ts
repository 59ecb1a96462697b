import { HttpProblem, sendProblem, type ReportFailure, type Role } from '#platform/http';
import type { TokenVerifier } from '#platform/identity';
import { openBullQueues, type BullQueues } from '#platform/jobs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export const BOARD_PATH = '/admin/queues';
/** Those who may let a dead job try again. */
const ROLES: readonly Role[] = ['administrator', 'operations'];
const LARGEST_PAGE = 100;
const CHALLENGE = 'Basic realm="tranche: any name, and a token as the password", charset="UTF-8"';
const HOW_TO_ACT =
  'To look at only; a job’s id is what follows `job.` here. ' +
  'A dead one is let try again with POST /api/v1/admin/jobs/{id}/redrive or `ops jobs redrive {id}`.';
/** The board's page asks a font server for its typeface, which our policy for content forbids. */
const FOREIGN_LINK = /<link[^>]*href="https?:[^>]*>/g;

export interface BoardOptions {
  /** Of the Redis that has the jobs; `undefined`: they are elsewhere, and there is no board. */
  readonly url: string | undefined;
  readonly kinds: readonly string[];
  readonly verifier: TokenVerifier;
  readonly report: ReportFailure;
}

export interface Board {
  close(): Promise<void>;
}

/** Bull Board, to be looked at and nothing else: what it would change, it would change behind our jobs' back. */
export async function serveBoard(app: NestFastifyApplication, options: BoardOptions): Promise<Board> {
  const { url, kinds } = options;
  const fastify = app.getHttpAdapter().getInstance();
  if (url === undefined) {
    await fastify.register(absent(options), { prefix: BOARD_PATH });
    return { close: () => Promise.resolve() };
  }
  const queues = await openBullQueues({ url, kinds });
  try {
    await fastify.register(await board(queues, options), { prefix: BOARD_PATH });
    return queues;
  } catch (error) {
    await queues.close();
    throw error;
  }
}

type Plugin = (scope: FastifyInstance) => Promise<void>;

async function board(queues: BullQueues, options: BoardOptions): Promise<Plugin> {
  const [{ createBullBoard }, { BullMQAdapter }, { FastifyAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/fastify'),
  ]);
  const server = new FastifyAdapter().setBasePath(BOARD_PATH);
  createBullBoard({
    queues: queues.queues.map(
      (queue) => new BullMQAdapter(queue, { readOnlyMode: true, description: HOW_TO_ACT }),
    ),
    serverAdapter: server,
    options: {
      uiConfig: { boardTitle: 'Tranche jobs (read-only)', hideDocsLink: true, showWorkers: false },
    },
  });
  return async (scope) => {
    scope.addHook('onRequest', (request, reply) =>
      guarded(options, request, reply, async () => {
        requireLooking(request);
        await queues.requireRedis();
      }),
    );
    scope.addHook('onSend', async (_request, reply, payload) => {
      const isPage = String(reply.getHeader('content-type') ?? '').startsWith('text/html');
      return isPage && typeof payload === 'string' ? payload.replaceAll(FOREIGN_LINK, '') : payload;
    });
    await scope.register(server.registerPlugin());
  };
}

function absent(options: BoardOptions): Plugin {
  return async (scope) => {
    await Promise.resolve();
    const answer = (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
      guarded(options, request, reply, () => {
        const says =
          'there are no queues to look at: jobs are in jobs.sqlite, and in queues only with REDIS_URL; ' +
          'GET /api/v1/admin/jobs lists them';
        throw new HttpProblem(404, 'BOARD.NO_QUEUES', says);
      });
    scope.get('/', answer);
    scope.get('/*', answer);
  };
}

/**
 * Lets nobody in but those who may, by their token; what is refused is answered here, in our words.
 * @returns the reply if it was
 */
async function guarded(
  { verifier, report }: BoardOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  then: () => void | Promise<void>,
): Promise<FastifyReply | undefined> {
  try {
    const { actor } = await verifier.fromHeader(bearerFrom(request.headers.authorization));
    const { subject, role } = actor;
    if (!ROLES.includes(role as Role)) {
      throw new HttpProblem(
        403,
        'IDENTITY.ROLE_NOT_ALLOWED',
        `this needs the role ${ROLES.join(' or ')}; the token of ${subject} is for ${role}`,
        { roles: ROLES, role },
      );
    }
    await then();
    return undefined;
  } catch (error) {
    // A browser asks for name and password when it is challenged so, and sends them with each request to this path.
    if (error instanceof HttpProblem && error.status === 401) {
      const { code, message, details, headers } = error;
      const challenge = [CHALLENGE, headers['www-authenticate']].join(', ');
      error = new HttpProblem(401, code, message, details, { 'www-authenticate': challenge });
    }
    sendProblem(error, request, reply, report);
    return reply;
  }
}

/** A browser's name and password as what everybody else sends: the password is the token. */
function bearerFrom(header: string | undefined): string | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+) *$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return header;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  return `Bearer ${pair.slice(pair.indexOf(':') + 1)}`;
}

/** @throws HttpProblem for what changes something, or asks for more jobs at once than there is a use for */
function requireLooking(request: FastifyRequest): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    throw new HttpProblem(405, 'BOARD.READ_ONLY', HOW_TO_ACT, {}, { allow: 'GET, HEAD' });
  }
  const { jobsPerPage } = request.query as { jobsPerPage?: unknown };
  if (jobsPerPage !== undefined && !(Number(jobsPerPage) <= LARGEST_PAGE)) {
    throw new HttpProblem(400, 'REQUEST.INVALID', `jobsPerPage must be at most ${LARGEST_PAGE}`);
  }
}
