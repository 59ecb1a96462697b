import {
  CompareAudits,
  CompleteAudit,
  ExportAudits,
  type AuditComparison,
  type AuditDocument,
  ReturnAudit,
  SignOffAudit,
  StartAudit,
  type CompleteAuditInput,
} from '#domain/audits';
import { refusal, RefusalError } from '#kernel';
import type { Command } from 'commander';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
import { table } from '../table.js';
import { withGlobals, type Register } from '../session.js';

/** What the body of the same command over HTTP holds; the decider checks the fields and names what is wrong. */
type Said<I> = Omit<I, 'programmeId' | 'urn'>;

/** `audit start`, `audit complete`, `audit sign-off` and `audit return`. */
export const registerAudits: Register = (program, session) => {
  const audit = program.command('audit').description("a setting's audit of professional development need");

  withGlobals(audit.command('start <programme> <urn>'))
    .description('start an audit of an enrolled setting')
    .option('--cycle <number>', 'which of the setting’s audits (default: 1)')
    .action(async (programmeId: string, urn: string, { cycle }: { cycle?: string }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, urn, ...(cycle === undefined ? {} : { cycle: cycleNumber(cycle) }) };
      await carryOut(ops, new StartAudit(input, ops.context()));
    });

  withGlobals(audit.command('complete <programme> <urn> <file>'))
    .description('complete a started audit: ratings and needs from a JSON file')
    .action(async (programmeId: string, urn: string, file: string, _options, command: Command) => {
      const { body, said } = await readBody(file, ['cycle', 'ratings', 'needs', 'supportedBy']);
      const ops = await session(command);
      const input = { ...(body as unknown as Said<CompleteAuditInput>), programmeId, urn };
      await carryOut(ops, new CompleteAudit(input, ops.context(said)));
    });

  withGlobals(audit.command('sign-off <programme> <urn>'))
    .description('sign off a completed audit; never by somebody who completed it')
    .option('--cycle <number>', 'which of the setting’s audits (default: the newest)')
    .action(async (programmeId: string, urn: string, { cycle }: { cycle?: string }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, urn, ...(cycle === undefined ? {} : { cycle: cycleNumber(cycle) }) };
      await carryOut(ops, new SignOffAudit(input, ops.context()));
    });

  withGlobals(audit.command('return <programme> <urn>'))
    .description('give a completed audit back to its setting')
    .option('--cycle <number>', 'which of the setting’s audits (default: the newest)')
    .requiredOption('--comments <text>', 'what the setting should change')
    .action(
      async (
        programmeId: string,
        urn: string,
        { cycle, comments }: { cycle?: string; comments: string },
        command: Command,
      ) => {
        const ops = await session(command);
        const input = {
          programmeId,
          urn,
          comments,
          ...(cycle === undefined ? {} : { cycle: cycleNumber(cycle) }),
        };
        await carryOut(ops, new ReturnAudit(input, ops.context()));
      },
    );

  registerReading(audit, session);
};

function registerReading(audit: Command, session: Parameters<Register>[1]): void {
  withGlobals(audit.command('compare <programme> <urn>'))
    .description('a cycle beside the one before it, by feature and group')
    .option('--cycle <number>', 'which of the setting’s audits (default: the newest)')
    .action(async (programmeId: string, urn: string, { cycle }: { cycle?: string }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, urn, ...(cycle === undefined ? {} : { cycle: cycleNumber(cycle) }) };
      const found: AuditComparison = await ops.queries.execute(new CompareAudits(input));
      ops.print(found, () => comparisonTable(found));
    });

  withGlobals(audit.command('export <programme> <urn>'))
    .description('every cycle of the audit of a setting, whole, as JSON')
    .action(async (programmeId: string, urn: string, _options, command: Command) => {
      const ops = await session(command);
      const found: readonly AuditDocument[] = await ops.queries.execute(
        new ExportAudits({ programmeId, urn }),
      );
      ops.print(found, () => JSON.stringify(found, null, 2));
    });
}

function comparisonTable({ ratings }: AuditComparison): string {
  const shown = (value: number | null): string => (value === null ? '-' : String(value));
  return table(
    ['Feature', 'Group', 'Last', 'Now', 'Change'],
    2,
    ratings.map(({ feature, group, last, now, change }) => [
      ...[feature, group ?? 'whole workforce', shown(last), shown(now)],
      change !== null && change > 0 ? `+${change}` : shown(change),
    ]),
  );
}

function cycleNumber(text: string): number {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new RefusalError(
    refusal('AUDIT.CYCLE', 'invalid', 'the cycle of an audit is a whole number from 1 to 99', {
      field: 'cycle',
    }),
  );
}
