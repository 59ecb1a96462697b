import type { Position } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { fileNameFrom } from '../../csv/file-name.js';
import { Problems } from '../../csv/problems.js';
import { readCsv } from '../../csv/read-csv.js';
import type { Encoding } from '../../csv/text.js';
import { RowImport, type ImportProgress } from '../import-rows.js';
import type { WorkforceFigure } from '../setting.events.js';
import { CENSUS_COLUMNS, figureFrom } from './census-columns.js';

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
    const found: { readonly row: number; readonly figure: Omit<WorkforceFigure, 'source'> }[] = [];
    const rowOfUrn = new Map<string, number>();
    const { sha256, encoding, rows } = await readCsv(content, CENSUS_COLUMNS, problems, (row) => {
      const urn = row.text('urn');
      const earlier = rowOfUrn.get(urn);
      if (earlier !== undefined && urn !== '') {
        const message = `${row.nameOf('urn')} ${urn} stands in row ${earlier} already: keep the rows of one census only`;
        problems.add('IMPORT.DUPLICATE_URN', row.row, row.nameOf('urn'), message);
        return;
      }
      rowOfUrn.set(urn, row.row);
      const figure = figureFrom(row, problems);
      if (figure !== undefined) found.push({ row: row.row, figure });
    });
    problems.throwIfFound();
    const imported = await new RowImport(this.decisions, context, problems, progress).run(
      found.map(({ row, figure }) => ({
        row,
        urn: figure.urn,
        request: { type: 'RecordWorkforceFigure', data: { ...figure, source: { file, row, sha256 } } },
      })),
    );
    return {
      importId: context.commandId,
      file,
      sha256,
      encoding,
      rows,
      recorded: imported.written.get('WorkforceFigureRecorded') ?? 0,
      unchanged: imported.unchanged,
      suppressed: found.filter(({ figure }) => figure.fte === null).length,
      position: imported.position,
    };
  }
}
