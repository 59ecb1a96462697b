import { OpenEvidence, windowNumber } from '#domain/reporting';
import { Attachments, type Attachment } from '#platform/attachments';
import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { UsageError } from '../failure.js';
import { withGlobals, type OpsSession, type Register } from '../session.js';

type Opened = Attachment & { readonly content: Buffer };

/** Into a file that was not there before: what somebody sent in takes the place of nothing. */
async function writtenTo(ops: OpsSession, path: string, { content, ...file }: Opened): Promise<void> {
  await writeFile(path, content, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new UsageError(`${path} is there already: name another file`);
    throw error;
  });
  ops.print({ ...file, out: path }, () => `${path}: ${file.fileName} (${file.bytes} bytes, ${file.sha256})`);
}

/** `report evidence` and `attachment`: files that were sent in, refused where they are not what they were. */
export function registerEvidence(program: Command, report: Command, session: Parameters<Register>[1]): void {
  withGlobals(report.command('evidence <programme> <urn> <window> <sha256>'))
    .description('a file that the report cites, or once cited')
    .requiredOption('--out <file>', 'where to write it: a file that is not there yet')
    .action(
      async (
        programmeId: string,
        urn: string,
        window: string,
        sha256: string,
        { out }: { out: string },
        command: Command,
      ) => {
        const input = { programmeId, urn, window: windowNumber(window), sha256 };
        const ops = await session(command);
        const opened = await ops.queries.execute<OpenEvidence, Opened>(new OpenEvidence(input));
        await writtenTo(ops, out, opened);
      },
    );
  withGlobals(program.command('attachment <sha256>'))
    .description('a file that was sent in with `attach` or over HTTP')
    .requiredOption('--out <file>', 'where to write it: a file that is not there yet')
    .action(async (sha256: string, { out }: { out: string }, command: Command) => {
      const ops = await session(command);
      await writtenTo(ops, out, await ops.app.get(Attachments).open(sha256));
    });
}
