import type { LoggerService } from '@nestjs/common';
import pino, { type Logger } from 'pino';

export type { Logger } from 'pino';

/**
 * JSON lines on stderr, so that stdout stays the program's answer. Bearer tokens are never logged.
 * @param name the part of the product that speaks: `api`, `machine-room`, `ops`
 */
export function createLogger(name: string, level: string): Logger {
  return pino(
    {
      name,
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['*.authorization', '*.headers.authorization', 'token'],
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** Nest's own messages in our log: its start-up chatter at debug, its errors as they are. */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]): void => {
      const context = typeof rest.at(-1) === 'string' ? { context: rest.at(-1) } : {};
      if (message instanceof Error) logger[level]({ err: message, ...context });
      else logger[level](context, typeof message === 'string' ? message : JSON.stringify(message));
    };
  return {
    log: write('debug'),
    verbose: write('debug'),
    debug: write('debug'),
    warn: write('warn'),
    error: write('error'),
    fatal: write('fatal'),
  };
}
