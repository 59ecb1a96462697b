import {
  GetSetting,
  ImportLinks,
  ImportSettings,
  ImportWorkforce,
  ListSettings,
  settingsProjection,
  type LinksImported,
  type SettingDocument,
  type SettingsFilter,
  type SettingsImported,
  type WorkforceImported,
} from '#domain/settings';
import { ReadModels, type Page } from '#platform/read-store';
import type { Command } from 'commander';
import { basename } from 'node:path';
import { withImportProgress } from '../import-progress.js';
import { importedFile } from '../input-file.js';
import { withGlobals, type OpsSession, type Register } from '../session.js';
import {
  dryRunOrConfirm,
  IMPORT_LABELS,
  isDryRun,
  withDryRun,
  type DryRunOptions,
} from './import-dry-run.js';
import { settingLine, settingShown } from './setting-shown.js';

/** `import settings`, `import workforce` and `settings`. */
export const registerSettings: Register = (program, session) => {
  const imports = program
    .command('import')
    .description('read settings and their teachers from published files');

  withDryRun(imports.command('settings <file>'))
    .description(
      'a GIAS extract (CSV, any columns in any order): all of it or, if anything is wrong, nothing',
    )
    .action(async (path: string, options: DryRunOptions, command: Command) => {
      const input = await fileAt(path);
      if (isDryRun(options)) return dryRunOrConfirm(await session(command), 'settings', path, input, command);
      const ops = await session(command);
      const imported = await withImportProgress(ops, IMPORT_LABELS.settings, (progress) =>
        ops.commands.execute<ImportSettings, SettingsImported>(
          new ImportSettings({ ...input, progress }, ops.context()),
        ),
      );
      ops.print(imported, () => {
        const { registered, changed, unchanged } = imported;
        return `${readAs(imported)}; ${registered} settings registered, ${changed} changed, ${unchanged} as they were.`;
      });
    });

  withDryRun(imports.command('workforce <file>'))
    .description('a school workforce census file (CSV): full-time equivalent teachers of registered settings')
    .action(async (path: string, options: DryRunOptions, command: Command) => {
      const input = await fileAt(path);
      if (isDryRun(options))
        return dryRunOrConfirm(await session(command), 'workforce', path, input, command);
      const ops = await session(command);
      const imported = await withImportProgress(ops, IMPORT_LABELS.workforce, (progress) =>
        ops.commands.execute<ImportWorkforce, WorkforceImported>(
          new ImportWorkforce({ ...input, progress }, ops.context()),
        ),
      );
      ops.print(imported, () => {
        const { recorded, unchanged, suppressed } = imported;
        return `${readAs(imported)}; ${recorded} figures recorded, ${unchanged} as they were; ${suppressed} of them withheld, so unknown.`;
      });
    });

  registerLinks(imports, session);

  registerReading(program, session);
};

const registerReading: Register = (program, session) => {
  withGlobals(program.command('setting <urn>'))
    .description('one setting of the register, with everything that is known of it')
    .action(async (urn: string, _options, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(settingsProjection);
      const setting = await ops.queries.execute<GetSetting, SettingDocument>(new GetSetting(urn));
      ops.print(setting, () => settingShown(setting));
    });

  withGlobals(program.command('settings'))
    .description('settings in the register, by name')
    .option('--la <code>', 'of this local authority, such as 935')
    .option('--district <code>', 'in this district, such as E07000202')
    .option('--phase <phase>', 'of this phase, such as Primary')
    .option('--status <status>', 'with this status, such as Open')
    .option('--fte <status>', 'known, unknown or entered: whose number of teachers is so')
    .option('--name <beginning>', 'whose name begins so')
    .action(async (options: Options, command: Command) => {
      const ops = await session(command);
      await ops.app.get(ReadModels).upToHead(settingsProjection);
      const all = await everySetting(ops, filterFrom(options));
      ops.print(all, () =>
        all.length === 0 ? 'There is no such setting.' : all.map(settingLine).join('\n'),
      );
    });
};

const registerLinks: Register = (imports, session) => {
  withDryRun(imports.command('links <file>'))
    .description('a GIAS file of links (CSV): which settings of the register have successors')
    .action(async (path: string, options: DryRunOptions, command: Command) => {
      const input = await fileAt(path);
      if (isDryRun(options)) return dryRunOrConfirm(await session(command), 'links', path, input, command);
      const ops = await session(command);
      const imported = await withImportProgress(ops, IMPORT_LABELS.links, (progress) =>
        ops.commands.execute<ImportLinks, LinksImported>(
          new ImportLinks({ ...input, progress }, ops.context()),
        ),
      );
      ops.print(imported, () => {
        const { named, unchanged, notRegistered } = imported;
        return `${readAs(imported)}; successors of ${named} settings named, ${unchanged} as they were; ${notRegistered} are not in the register.`;
      });
    });
};

interface Options {
  readonly la?: string;
  readonly district?: string;
  readonly phase?: string;
  readonly status?: string;
  readonly name?: string;
  readonly fte?: string;
}

function filterFrom({ la, district, phase, status, name, fte }: Options): SettingsFilter {
  return {
    ...(fte === undefined ? {} : { fteStatus: fte as SettingsFilter['fteStatus'] & string }),
    ...(la === undefined ? {} : { laCode: la }),
    ...(district === undefined ? {} : { districtCode: district }),
    ...(phase === undefined ? {} : { phase }),
    ...(status === undefined ? {} : { status }),
    ...(name === undefined ? {} : { name }),
  };
}

/** Says so where the encoding was not the usual one: whoever sees a garbled name knows where to look. */
function readAs({ file, rows, encoding }: SettingsImported | WorkforceImported | LinksImported): string {
  return `${file}: ${rows} rows${encoding === 'utf-8' ? '' : ', read as Windows-1252'}`;
}

async function fileAt(path: string): Promise<{ readonly file: string; readonly content: Uint8Array }> {
  return { file: basename(path), content: await importedFile(path) };
}

async function everySetting(ops: OpsSession, filter: SettingsFilter): Promise<readonly SettingDocument[]> {
  const all: SettingDocument[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<SettingDocument> = await ops.queries.execute(
      new ListSettings(filter, { limit: 1000, ...(cursor === undefined ? {} : { cursor }) }),
    );
    all.push(...page.documents);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return all;
}
