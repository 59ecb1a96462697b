import type { Position } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { fileNameFrom, Problems, type Encoding } from '#platform/csv';
import { RowImport, type ImportProgress } from '../import-rows.js';
import { readSettings } from './read-settings.js';

/** Enters every setting of a GIAS extract in the register, or changes what it has on it. */
export class ImportSettings {
  constructor(
    readonly input: {
      /** The name to cite it by; of a path the last part counts. */
      readonly file: string;
      readonly content: Uint8Array;
      readonly progress?: ImportProgress;
    },
    readonly context: CommandContext,
  ) {}
}

export interface SettingsImported {
  /** Correlates the events it wrote. */
  readonly importId: string;
  readonly file: string;
  readonly sha256: string;
  /** What the file was read as. */
  readonly encoding: Encoding;
  readonly rows: number;
  readonly registered: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly position: Position | null;
}

@CommandHandler(ImportSettings)
export class ImportSettingsHandler implements ICommandHandler<ImportSettings, SettingsImported> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `IMPORT.*`, with everything that is wrong with the file in `details.problems` */
  async execute({
    input: { file: path, content, progress },
    context,
  }: ImportSettings): Promise<SettingsImported> {
    const file = fileNameFrom(path);
    const problems = new Problems(file);
    const { sha256, encoding, rows, commands } = await readSettings(file, content, problems);
    problems.throwIfFound();
    const imported = await new RowImport(this.decisions, context, problems, progress).run(commands);
    return {
      importId: context.commandId,
      file,
      sha256,
      encoding,
      rows,
      registered: imported.written.get('SettingRegistered') ?? 0,
      changed: imported.written.get('SettingDetailsChanged') ?? 0,
      unchanged: imported.unchanged,
      position: imported.position,
    };
  }
}
