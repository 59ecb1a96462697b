import { systemClock } from '#kernel';
import type { Configuration } from '#platform/config';
import { createLogger, nestLogger, type Logger } from '#platform/observability';
import { ReadModels } from '#platform/read-store';
import { Module, type DynamicModule, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createServer, type Server } from 'node:http';
import { CoreModule, type Core } from './core.module.js';
import { configuredOrEnd, explainStart } from './explain-start.js';
import { checksOf, engineChecks, type PartState } from './readiness.js';
import { requireOurs } from './ours.js';
import { openStores, type Stores } from './stores.js';

const EXIT_FAILED = 1;
/** Longer than the slowest orderly stop; what is killed then is begun again by another copy. */
const STOP_MILLISECONDS = 25_000;
const TELL_EVERY = 1000;

/** A process without HTTP of its own: it follows the log until it is told to stop. */
export interface Background {
  readonly name: 'projector' | 'worker';
  readonly module: Type;
  run(app: INestApplicationContext, signal: AbortSignal): Promise<void>;
  parts(app: INestApplicationContext): Readonly<Record<string, PartState>>;
}

@Module({})
class BackgroundModule {
  static with(core: Core, module: Type): DynamicModule {
    return { module: BackgroundModule, imports: [CoreModule.with(core), module] };
  }
}

/**
 * The whole life of such a process. Any number of copies may run: what they do is done by one of them at a time,
 * under leases that another takes over when that one is gone. Told to stop by SIGTERM or SIGINT, it ends in good
 * order; told twice, at once.
 */
export async function runBackground(background: Background): Promise<void> {
  const configuration = configuredOrEnd();
  const logger = createLogger(background.name, configuration.logLevel);
  const stop = stopOnSignal(logger);
  try {
    await live(background, configuration, logger, stop);
    process.exit(0);
  } catch (error) {
    logger.debug({ err: error }, 'ended');
    process.stderr.write(`Tranche's ${background.name} ended: ${explainStart(error, configuration)}\n`);
    process.exit(EXIT_FAILED);
  }
}

async function live(
  background: Background,
  configuration: Configuration,
  logger: Logger,
  stop: AbortSignal,
): Promise<void> {
  const stores = await openStores(configuration, { warn: (message) => logger.warn(message) });
  let server: Server | undefined;
  try {
    const module = BackgroundModule.with({ configuration, stores, clock: systemClock }, background.module);
    const app = await NestFactory.createApplicationContext(module, {
      logger: nestLogger(logger),
      abortOnError: false,
    });
    await requireOurs(app.get(ReadModels), stores);
    server = await answerHealth(configuration, () => readinessOf(background, stores, background.parts(app)));
    logger.info({ eventStore: stores.events.identity.id }, 'at work');
    const telling = setInterval(
      failuresTold(logger, () => background.parts(app)),
      TELL_EVERY,
    );
    try {
      await background.run(app, stop);
    } finally {
      clearInterval(telling);
      await app.close();
    }
    // Each part stops alone, so this is the end only when told to, or when nothing is left that could go on.
    if (!stop.aborted) throw new Error('every part of it has stopped: see the log');
  } finally {
    server?.close();
    server?.closeAllConnections();
    await stores.close();
  }
}

function stopOnSignal(logger: Logger): AbortSignal {
  const stop = new AbortController();
  const told = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(EXIT_FAILED);
    logger.info({ signal }, 'stopping');
    stop.abort();
    setTimeout(() => {
      logger.error('did not stop in time and ends now; what it had begun is begun again');
      process.exit(EXIT_FAILED);
    }, STOP_MILLISECONDS).unref();
  };
  process.on('SIGTERM', told);
  process.on('SIGINT', told);
  return stop.signal;
}

/** Says each failure once, when it is new. */
function failuresTold(logger: Logger, parts: () => Readonly<Record<string, PartState>>): () => void {
  const said = new Map<string, string>();
  return () => {
    for (const [name, { failure }] of Object.entries(parts())) {
      if (failure !== undefined && said.get(name) !== failure) logger.error({ part: name }, failure);
      if (failure === undefined) said.delete(name);
      else said.set(name, failure);
    }
  };
}

async function readinessOf(
  { name }: Background,
  stores: Stores,
  parts: Readonly<Record<string, PartState>>,
): Promise<{ readonly ok: boolean; readonly body: object }> {
  const writes = name === 'projector' ? 'readModelStore' : 'jobStore';
  const checks = { ...(await engineChecks(stores, ['eventStore', writes])), ...checksOf(parts) };
  const ok = Object.values(checks).every((check) => check.ok);
  return { ok, body: { status: ok ? 'ready' : 'not ready', parts: checks } };
}

/** `/health/live` and `/health/ready`, as the API has them, if a port is configured. */
async function answerHealth(
  { healthPort, host }: Configuration,
  readiness: () => Promise<{ readonly ok: boolean; readonly body: object }>,
): Promise<Server | undefined> {
  if (healthPort === undefined) return undefined;
  const answers: Readonly<Record<string, typeof readiness>> = {
    '/health/live': async () => ({ ok: true, body: { status: 'live' } }),
    '/health/ready': readiness,
  };
  const server = createServer((request, response) => {
    const answer = request.method === 'GET' ? answers[request.url ?? ''] : undefined;
    void (answer?.() ?? Promise.resolve(undefined)).then((said) => {
      response.statusCode = said === undefined ? 404 : said.ok ? 200 : 503;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(said?.body ?? { status: 'not found' }));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(healthPort, host, resolve);
  });
  return server;
}
