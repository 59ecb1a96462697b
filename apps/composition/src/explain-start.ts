import { RefusalError } from '#kernel';
import { ConfigurationError, readConfiguration, type Configuration } from '#platform/config';

const EXIT_CONFIGURATION = 2;

/** The configuration; a variable with a value it cannot have ends the process with exit code 2, naming it. */
export function configuredOrEnd(): Configuration {
  try {
    return readConfiguration();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIGURATION);
  }
}

/** What a failed start says to the person who started it. */
export function explainStart(error: unknown, { host, port, healthPort }: Configuration): string {
  if (error instanceof RefusalError) return error.message;
  const { code, port: taken } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return taken !== undefined && taken === healthPort
      ? `port ${taken} on ${host} is taken: set HEALTH_PORT to another port`
      : `port ${port} on ${host} is taken, perhaps by another \`npm start\`: stop that one, or set PORT to another port`;
  }
  if (code === 'EACCES')
    return `this account may not listen on port ${taken ?? port}, or may not write to the data folder`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST ${host} is not an address of this machine`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
