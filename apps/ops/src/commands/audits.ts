import {
  CompleteAudit,
  ReturnAudit,
  SignOffAudit,
  StartAudit,
  type CompleteAuditInput,
} from '#domain/audits';
import type { Command } from 'commander';
import { readBody } from '../json-file.js';
import { carryOut } from '../outcome.js';
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
      const input = { programmeId, urn, ...(cycle === undefined ? {} : { cycle: Number(cycle) }) };
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
    .option('--cycle <number>', 'which of the setting’s audits (default: 1)')
    .action(async (programmeId: string, urn: string, { cycle }: { cycle?: string }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, urn, ...(cycle === undefined ? {} : { cycle: Number(cycle) }) };
      await carryOut(ops, new SignOffAudit(input, ops.context()));
    });

  withGlobals(audit.command('return <programme> <urn>'))
    .description('give a completed audit back to its setting')
    .option('--cycle <number>', 'which of the setting’s audits (default: 1)')
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
          ...(cycle === undefined ? {} : { cycle: Number(cycle) }),
        };
        await carryOut(ops, new ReturnAudit(input, ops.context()));
      },
    );
};
