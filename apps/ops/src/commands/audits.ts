import {
  auditsProjection,
  CompareAudits,
  CompleteAudit,
  ExportAudits,
  ExportAuditsCsv,
  GetAudit,
  PublishAuditInstrument,
  ShowAuditInstrument,
  type InstrumentShown,
  type NewInstrument,
  type AuditComparison,
  type AuditDocument,
  ReturnAudit,
  SignOffAudit,
  StartAudit,
  type CompleteAuditInput,
  type WholeAudit,
} from '#domain/audits';
import { refusal, RefusalError } from '#kernel';
import { ReadModels } from '#platform/read-store';
import type { Command } from 'commander';
import { readBody } from '../json-file.js';
import { cycleNumber } from './cycle-number.js';
import { registerAuditForm } from './forms.js';
import { carryOut } from '../outcome.js';
import { withGlobals, type Register } from '../session.js';
import { comparisonInWords } from './audit-compared.js';
import { auditShown } from './audit-shown.js';

/** What the body of the same command over HTTP holds; the decider checks the fields and names what is wrong. */
type Said<I> = Omit<I, 'programmeId' | 'urn'>;

/** `audit start`, `audit form`, `audit complete`, `audit sign-off` and `audit return`. */
export const registerAudits: Register = (program, session) => {
  const audit = program.command('audit').description("a setting's audit of professional development need");

  withGlobals(audit.command('start <programme> <urn>'))
    .description('start an audit of an enrolled setting')
    .option('--cycle <number>', 'which of the setting’s audits (default: the first that is not completed)')
    .action(async (programmeId: string, urn: string, { cycle }: { cycle?: string }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, urn, ...(cycle === undefined ? {} : { cycle: cycleNumber(cycle) }) };
      await carryOut(ops, new StartAudit(input, ops.context()));
    });

  registerAuditForm(audit, session);

  withGlobals(audit.command('complete <programme> <urn> <file>'))
    .description(
      'complete a started audit, as its setting (--role setting): from a JSON file the groups it has, each feature rated for each of them, and needs',
    )
    .option('--cycle <number>', 'which of the setting’s audits (default: as the file says, else the newest)')
    .action(
      async (
        programmeId: string,
        urn: string,
        file: string,
        { cycle }: { cycle?: string },
        command: Command,
      ) => {
        const { body, said } = await readBody(file, ['cycle', 'groups', 'ratings', 'needs', 'supportedBy']);
        const number = cycle === undefined ? {} : { cycle: cycleNumber(cycle) };
        refuseOther(number, body);
        const ops = await session(command);
        const input = { ...(body as unknown as Said<CompleteAuditInput>), ...number, programmeId, urn };
        await carryOut(ops, new CompleteAudit(input, ops.context(said)));
      },
    );

  registerVerdicts(audit, session);
  registerReading(audit, session);
  registerInstrument(audit, session);
};

function registerVerdicts(audit: Command, session: Parameters<Register>[1]): void {
  withGlobals(audit.command('sign-off <programme> <urn>'))
    .description('sign off a completed audit; never by somebody who completed it')
    .option(
      '--cycle <number>',
      'which of the setting’s audits (default: the newest that is completed, if it waits)',
    )
    .action(async (programmeId: string, urn: string, { cycle }: { cycle?: string }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, urn, ...(cycle === undefined ? {} : { cycle: cycleNumber(cycle) }) };
      await carryOut(ops, new SignOffAudit(input, ops.context()));
    });

  withGlobals(audit.command('return <programme> <urn>'))
    .description('give a completed audit back to its setting')
    .option(
      '--cycle <number>',
      'which of the setting’s audits (default: the newest that is completed, if it waits)',
    )
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
}

/** A file that was written for one cycle is not taken for another. */
function refuseOther({ cycle }: { readonly cycle?: number }, body: Record<string, unknown>): void {
  const inFile = body['cycle'];
  if (cycle === undefined || inFile === undefined || inFile === cycle) return;
  const message = `the file is about cycle ${JSON.stringify(inFile)}, and --cycle says ${cycle}`;
  throw new RefusalError(refusal('AUDIT.CYCLE', 'invalid', message, { field: 'cycle' }));
}

function registerReading(audit: Command, session: Parameters<Register>[1]): void {
  withGlobals(audit.command('show <programme> <urn>'))
    .description('one cycle: how it stands, whose turn it is, each rating with its evidence, each need')
    .option('--cycle <number>', 'which of the setting’s audits (default: the newest)')
    .action(async (programmeId: string, urn: string, { cycle }: { cycle?: string }, command: Command) => {
      const input = { programmeId, urn, ...(cycle === undefined ? {} : { cycle: cycleNumber(cycle) }) };
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(auditsProjection);
      const found = await ops.queries.execute<GetAudit, AuditDocument>(new GetAudit(input));
      ops.print(found, () => auditShown(found));
    });

  withGlobals(audit.command('compare <programme> <urn>'))
    .description(
      'a cycle beside the one before it, by feature and group; needs that are met, new, persisting',
    )
    .option('--cycle <number>', 'which of the setting’s audits (default: the newest that is completed)')
    .action(async (programmeId: string, urn: string, { cycle }: { cycle?: string }, command: Command) => {
      const ops = await session(command);
      const input = { programmeId, urn, ...(cycle === undefined ? {} : { cycle: cycleNumber(cycle) }) };
      await ops.app.get(ReadModels).upToHead(auditsProjection);
      const found: AuditComparison = await ops.queries.execute(new CompareAudits(input));
      ops.print(found, () => comparisonInWords(found));
    });

  withGlobals(audit.command('export <programme> <urn>'))
    .description(
      'every cycle of the audit of a setting, whole: each completion, return and sign-off, by whom and when',
    )
    .option(
      '--csv',
      'a line for each of them and for each group, rating, need and supporter, for a spreadsheet',
    )
    .action(async (programmeId: string, urn: string, { csv }: { csv?: boolean }, command: Command) => {
      const ops = await session(command);
      if (csv === true) {
        const text = await ops.queries.execute<ExportAuditsCsv, string>(
          new ExportAuditsCsv({ programmeId, urn }),
        );
        process.stdout.write(text);
        return;
      }
      const found: readonly WholeAudit[] = await ops.queries.execute(new ExportAudits({ programmeId, urn }));
      ops.print(found, () => JSON.stringify(found, null, 2));
    });
}

/** `audit instrument show` and `audit instrument publish`. */
function registerInstrument(audit: Command, session: Parameters<Register>[1]): void {
  const instrument = audit
    .command('instrument')
    .description('what the audits of a programme rate by, in versions');
  withGlobals(instrument.command('show <programme>'))
    .description('every version with its features, and which is in force')
    .action(async (programmeId: string, _options, command: Command) => {
      const ops = await session(command);
      const versions = await ops.queries.execute<ShowAuditInstrument, readonly InstrumentShown[]>(
        new ShowAuditInstrument(programmeId),
      );
      ops.print(versions, () => versions.map(versionInWords).join('\n\n'));
    });
  withGlobals(instrument.command('publish <programme> <file>'))
    .description(
      'publish a new version, in force from a later day on: features, groups if they change, day and reason from a JSON file',
    )
    .action(async (programmeId: string, file: string, _options, command: Command) => {
      const { body, said } = await readBody(file, ['features', 'groups', 'effectiveOn', 'reason']);
      const ops = await session(command);
      const input = { ...(body as unknown as NewInstrument), programmeId };
      await carryOut(ops, new PublishAuditInstrument(input, ops.context(said)));
    });
}

function versionInWords({
  version,
  inForce,
  effectiveOn,
  reason,
  features,
  groups,
}: InstrumentShown): string {
  const since = effectiveOn === null ? 'from the beginning' : `from ${effectiveOn}`;
  const head = `Version ${version}, ${since}${inForce ? ', in force' : ''}${reason === null ? '' : `: ${reason}`}`;
  const entries = (list: typeof features) => list.map(({ slug, label }) => `    ${slug}: ${label}`);
  return [head, '  features', ...entries(features), '  groups', ...entries(groups)].join('\n');
}
