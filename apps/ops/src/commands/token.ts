import { dataPaths } from '#platform/config';
import {
  DEFAULT_TTL_SECONDS,
  openSigningKey,
  requireRole,
  requireSettings,
  requireSubject,
  TokenIssuer,
} from '#platform/identity';
import { ROLES, toJson } from '#platform/http';
import type { Command } from 'commander';
import { UsageError } from '../failure.js';
import { configurationOf, optionsOf } from '../open-session.js';
import { withGlobals } from '../session.js';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90`, `90s`, `30m`, `8h`, `2d` in seconds. */
export function secondsFrom(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,9})([smhd])?$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * UNITS[unit]!;
  throw new UsageError(
    `--ttl must be a number of seconds, or one with s, m, h or d, such as 8h; it is '${text}'`,
  );
}

interface TokenOptions {
  readonly subject: string;
  readonly ttl: string;
  readonly urn?: readonly string[];
}

/** `token`: needs the data folder's key only, so it works before there is any data, and beside a running server. */
export function registerToken(program: Command): void {
  withGlobals(program.command('token'))
    .description('make a bearer token for the HTTP API')
    .requiredOption('--subject <name>', 'who it is for, such as amina.khan@suffolk.example')
    .option('--ttl <duration>', 'how long it is valid, such as 30m, 8h or 2d', `${DEFAULT_TTL_SECONDS}s`)
    .option(
      '--urn <urn...>',
      'the settings it is for: needed for the roles setting and adviser, which see no other',
    )
    .action(async ({ subject, ttl, urn }: TokenOptions, command: Command) => {
      const { role, json } = optionsOf(command);
      if (role === undefined) throw new UsageError(`--role is needed: one of ${ROLES.join(', ')}`);
      // Before the key: nothing is made for a request that cannot be met.
      requireSubject(subject);
      requireSettings(requireRole(role), urn, '--urn');
      const seconds = secondsFrom(ttl);
      const { keys } = dataPaths(configurationOf(command).dataFolder);
      const issued = await new TokenIssuer(await openSigningKey(keys)).issue({
        subject,
        role,
        ttlSeconds: seconds,
        ...(urn === undefined ? {} : { urns: urn }),
      });
      process.stdout.write(json === true ? `${toJson(issued, 2)}\n` : `${issued.token}\n`);
    });
}
