import type { Position } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { fileNameFrom, Problems, type Encoding } from '#platform/csv';
import { RowImport, type ImportProgress } from '../import-rows.js';
import { readFigures } from './read-figures.js';

/** Records how many teachers each setting of a school workforce census file has; all must be in the register. */
export class ImportWorkforce {
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

export interface WorkforceImported {
  /** Correlates the events it wrote. */
  readonly importId: string;
  readonly file: string;
  readonly sha256: string;
  /** What the file was read as. */
  readonly encoding: Encoding;
  readonly rows: number;
  readonly recorded: number;
  readonly unchanged: number;
  /** Rows whose figure is withheld: unknown, not 0. */
  readonly suppressed: number;
  readonly position: Position | null;
}

@CommandHandler(ImportWorkforce)
export class ImportWorkforceHandler implements ICommandHandler<ImportWorkforce, WorkforceImported> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `IMPORT.*`, `SETTING.NOT_FOUND`, with everything that is wrong in `details.problems` */
  async execute({
    input: { file: path, content, progress },
    context,
  }: ImportWorkforce): Promise<WorkforceImported> {
    const file = fileNameFrom(path);
    const problems = new Problems(file);
    const { sha256, encoding, rows, commands, suppressed } = await readFigures(file, content, problems);
    problems.throwIfFound();
    const imported = await new RowImport(this.decisions, context, problems, progress).run(commands);
    return {
      importId: context.commandId,
      file,
      sha256,
      encoding,
      rows,
      recorded: imported.written.get('WorkforceFigureRecorded') ?? 0,
      unchanged: imported.unchanged,
      suppressed,
      position: imported.position,
    };
  }
}
