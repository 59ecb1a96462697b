import 'reflect-metadata';
import type { Configuration } from '#platform/config';
import { createLogger, type Logger } from '#platform/observability';
import { configuredOrEnd, explainStart } from '../../composition/src/index.js';
import { startServer, type RunningServer } from './server.js';

const EXIT_FAILED = 1;
/** Longer than the slowest orderly stop; what is killed then loses nothing that was acknowledged. */
const STOP_MILLISECONDS = 25_000;

function welcome(url: string, configuration: Configuration): string {
  return [
    `Tranche listens on ${url} with the data in ${configuration.dataFolder}`,
    `  documentation  ${url}/docs`,
    `  a token        npm run -s ops -- token --subject NAME --role ROLE --data ${configuration.dataFolder}`,
    '',
  ].join('\n');
}

/** Told to stop, also while it is still starting, it ends in good order; told twice, at once. */
function stopOnSignal(starting: Promise<RunningServer>, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(EXIT_FAILED);
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('did not stop in time and ends now; nothing acknowledged is lost');
      process.exit(EXIT_FAILED);
    }, STOP_MILLISECONDS).unref();
    starting
      .then((server) => server.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'while stopping');
          process.exit(EXIT_FAILED);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

const configuration = configuredOrEnd();
const logger = createLogger('api', configuration.logLevel);
try {
  const starting = startServer(configuration, logger);
  stopOnSignal(starting, logger);
  process.stdout.write(welcome((await starting).url, configuration));
} catch (error) {
  process.stderr.write(`Tranche did not start: ${explainStart(error, configuration)}\n`);
  process.exit(EXIT_FAILED);
}
