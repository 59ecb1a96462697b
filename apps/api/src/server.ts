import { systemClock } from '#kernel';
import { dataPaths, type Configuration } from '#platform/config';
import { fastifyAdapter, NEST_OPTIONS, speakOurHttp, type ReportFailure } from '#platform/http';
import { openSigningKey, TokenVerifier } from '#platform/identity';
import { ReadModels } from '#platform/read-store';
import { EventLoopDelay, nestLogger, type Logger } from '#platform/observability';
import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { openStores, policies, requireOurs } from '../../composition/src/index.js';
import { ApiModule } from './api.module.js';
import { serveBoard, type Board } from './board.js';
import { KnownQueryInterceptor } from './known-query.interceptor.js';
import { MachineRoom } from './machine-room.js';
import { serveDocumentation } from './openapi.js';
import { requireDeclaredAccess } from './declared-access.js';

/** The HTTP thread never waits long for a file that another writes: SQLite would wait on this thread. */
const DERIVED_BUSY_MILLISECONDS = 50;
/** While the machine room is down, a query that waits brings its read model up to date itself, in small steps. */
const EVENTS_AT_ONCE = 100;

const CLOSE_IDLE_EVERY = 20;
const DRAIN_MILLISECONDS = 10_000;

export interface RunningServer {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Opens the stores, listens, and only then starts the machine room: `/health/ready` says when that has caught up.
 * @throws RefusalError a store or the key cannot be opened; an error with code `EADDRINUSE`
 */
export async function startServer(configuration: Configuration, logger: Logger): Promise<RunningServer> {
  const key = await openSigningKey(dataPaths(configuration.dataFolder).keys);
  const verifier = new TokenVerifier(key);
  const stores = await openStores(configuration, {
    derivedBusyMilliseconds: DERIVED_BUSY_MILLISECONDS,
    warn: (message) => logger.warn(message),
  });
  const machineRoom = new MachineRoom(new URL('./machine-room.thread.js', import.meta.url), logger);
  const delay = new EventLoopDelay();
  let app: NestFastifyApplication | undefined;
  let board: Board | undefined;
  const stop = async (): Promise<void> => {
    // First no more requests, with those under way answered; then no more work of our own; then the files.
    if (app !== undefined) await drained(app);
    await machineRoom.stop();
    delay.stop();
    await board?.close();
    await stores.close();
  };
  try {
    const module = ApiModule.with({
      configuration,
      stores,
      clock: systemClock,
      eventsAtOnce: EVENTS_AT_ONCE,
      verifier,
      machineRoom,
      delay,
    });
    app = await NestFactory.create<NestFastifyApplication>(module, fastifyAdapter(), {
      ...NEST_OPTIONS,
      logger: nestLogger(logger),
      abortOnError: false,
    });
    await requireOurs(app.get(ReadModels), stores);
    const report: ReportFailure = (error, request) =>
      logger.error({ err: error, request }, 'a request failed');
    await prepare(app, logger, report);
    board = await serveBoard(app, {
      url: configuration.engines.jobs,
      kinds: policies.flatMap(({ enqueues }) => enqueues),
      verifier,
      report,
    });
    await app.listen(configuration.port, configuration.host);
    machineRoom.start();
    return { url: addressOf(app), stop };
  } catch (error) {
    await stop().catch((failure: unknown) =>
      logger.error({ err: failure }, 'while closing after a failed start'),
    );
    throw error;
  }
}

async function prepare(app: NestFastifyApplication, logger: Logger, report: ReportFailure): Promise<void> {
  app.setGlobalPrefix('api/v1', { exclude: ['health/live', 'health/ready'] });
  await app.register(helmet, {
    // Swagger's page needs inline styles; plain http on this machine must not be sent to https.
    contentSecurityPolicy: {
      directives: {
        'script-src': ["'self'"],
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'upgrade-insecure-requests': null,
      },
    },
    strictTransportSecurity: false,
  });
  speakOurHttp(app, report);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', (request, reply, done) => {
      logger.debug(
        {
          method: request.method,
          path: request.url.split('?')[0],
          status: reply.statusCode,
          milliseconds: Math.round(reply.elapsedTime),
        },
        'answered',
      );
      done();
    });
  requireDeclaredAccess(app);
  app.useGlobalInterceptors(new KnownQueryInterceptor(serveDocumentation(app)));
}

/** No new connections; each open one is closed once its request is answered, and at the latest after some time. */
async function drained(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  // Node closes the connections that are idle when it is asked to, not those that become so.
  const closing = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY);
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MILLISECONDS);
  try {
    await app.close();
  } finally {
    clearInterval(closing);
    clearTimeout(late);
  }
}

function addressOf(app: NestFastifyApplication): string {
  const address = app.getHttpServer().address();
  if (address === null || typeof address === 'string') return String(address);
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
