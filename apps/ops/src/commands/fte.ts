import {
  EnterWorkforceFigure,
  GetSetting,
  RejectWorkforceFigure,
  settingsProjection,
  VerifyWorkforceFigure,
  type SettingDocument,
} from '#domain/settings';
import { ReadModels } from '#platform/read-store';
import type { Command } from 'commander';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { importedFile } from '../input-file.js';
import { carryOut } from '../outcome.js';
import { withGlobals, type Register } from '../session.js';

interface EnterOptions {
  readonly note: string;
  readonly countedOn: string;
  readonly corrects?: string;
}

/** `fte enter`, `fte show`, `fte verify` and `fte reject`. */
export const registerFte: Register = (program, session) => {
  const fte = program
    .command('fte')
    .description(
      'how many teachers a setting has, where the census has no figure or a mistaken one: entered by one, verified by another',
    );
  withGlobals(fte.command('enter <urn> <fte> <document>'))
    .description('enter an exact decimal such as 23.4; of the document its name and SHA-256 are kept')
    .requiredOption('--counted-on <date>', 'the day on which the document counts the teachers, YYYY-MM-DD')
    .requiredOption('--note <text>', 'what the document is, and how the figure follows from it')
    .option('--corrects <id>', 'the figure that is mistaken, if there is one that is known: see fte show')
    .action(async (urn: string, value: string, path: string, options: EnterOptions, command: Command) => {
      const { note, countedOn, corrects = null } = options;
      const sha256 = createHash('sha256')
        .update(await importedFile(path))
        .digest('hex');
      const ops = await session(command);
      const document = { name: basename(path), sha256 };
      const input = { urn, fte: value, countedOn, corrects, document, note };
      await carryOut(ops, new EnterWorkforceFigure(input, ops.context()));
    });
  withGlobals(fte.command('show <urn>'))
    .description('what counts, and what waits for a second person, with the entry to verify or reject it by')
    .action(async (urn: string, _options, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(settingsProjection);
      const shown = await ops.queries.execute<GetSetting, SettingDocument>(new GetSetting(urn));
      const { fte: counts, fteSuppressedAs, fteSource, fteStatus, fteEvidence, figure } = shown;
      const figureId = figure?.event.eventId ?? null;
      ops.print({ urn, fte: counts, figureId, fteSuppressedAs, fteSource, fteStatus, fteEvidence }, () =>
        figureInWords(shown),
      );
    });
  withGlobals(fte.command('verify <urn>'))
    .description('verify it against its document; never by who entered it')
    .requiredOption('--entry <id>', 'of the entry that was looked at')
    .action(async (urn: string, { entry }: { entry: string }, command: Command) => {
      const ops = await session(command);
      await carryOut(ops, new VerifyWorkforceFigure({ urn, entryId: entry }, ops.context()));
    });
  withGlobals(fte.command('reject <urn>'))
    .description('find that it does not follow from its document; never by who entered it')
    .requiredOption('--entry <id>', 'of the entry that was looked at')
    .requiredOption('--reason <text>', 'why')
    .action(async (urn: string, said: { entry: string; reason: string }, command: Command) => {
      const ops = await session(command);
      const { entry: entryId, reason } = said;
      await carryOut(ops, new RejectWorkforceFigure({ urn, entryId, reason }, ops.context()));
    });
};

function figureInWords(setting: SettingDocument): string {
  const { urn, name, fte, fteSuppressedAs, fteSource, fteEvidence, figure } = setting;
  const from =
    fteSource === null ? 'from other evidence, verified' : `from row ${fteSource.row} of ${fteSource.file}`;
  const withheld = fteSuppressedAs === null ? '' : `: the census has '${fteSuppressedAs}'`;
  return [
    fte === null
      ? `${name} (${urn}): not known how many teachers${withheld}`
      : `${name} (${urn}): ${fte} teachers, ${from}; to correct it: --corrects ${figure?.event.eventId}`,
    ...(fteEvidence === null
      ? []
      : [
          `${fteEvidence.fte} on ${fteEvidence.countedOn} ${fteEvidence.status}; entered by ${fteEvidence.enteredBy} from ${fteEvidence.document.name} (SHA-256 ${fteEvidence.document.sha256}): ${fteEvidence.note}`,
          `  entry ${fteEvidence.entryId}${fteEvidence.lookedAtBy === null ? '' : `, ${fteEvidence.status} by ${fteEvidence.lookedAtBy}${fteEvidence.reason === null ? '' : `: ${fteEvidence.reason}`}`}`,
        ]),
  ].join('\n');
}
