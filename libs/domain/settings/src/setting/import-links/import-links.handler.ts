import { isUrn, type Position } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { fileNameFrom, Problems, readCsv, type CsvRow, type Encoding } from '#platform/csv';
import { dateFromGias } from '../import-settings/gias-columns.js';
import { RowImport, type ImportProgress } from '../import-rows.js';
import type { Successors } from '../setting.events.js';
import { setting } from '../setting.js';
import { LINKS_COLUMNS, namesSuccessor } from './links-columns.js';

/** Reads from a GIAS file of links which settings of the register have successors. */
export class ImportLinks {
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

export interface LinksImported {
  /** Correlates the events it wrote. */
  readonly importId: string;
  readonly file: string;
  readonly sha256: string;
  /** What the file was read as. */
  readonly encoding: Encoding;
  readonly rows: number;
  /** Settings that have got successors, or others than before. */
  readonly named: number;
  readonly unchanged: number;
  /** Settings with successors that are not in the register. */
  readonly notRegistered: number;
  readonly position: Position | null;
}

type Row = CsvRow<keyof typeof LINKS_COLUMNS>;
type Found = { readonly row: number; readonly successors: Successors['successors'] };

@CommandHandler(ImportLinks)
export class ImportLinksHandler implements ICommandHandler<ImportLinks, LinksImported> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `IMPORT.*`, with everything that is wrong with the file in `details.problems` */
  async execute({ input: { file: path, content, progress }, context }: ImportLinks): Promise<LinksImported> {
    const file = fileNameFrom(path);
    const problems = new Problems(file);
    const found = new Map<string, Found>();
    const { sha256, encoding, rows } = await readCsv(content, LINKS_COLUMNS, problems, (row) => {
      const urn = row.text('urn');
      const successor = successorFrom(row, problems);
      if (successor === undefined) return;
      const before = found.get(urn);
      found.set(urn, { row: before?.row ?? row.row, successors: [...(before?.successors ?? []), successor] });
    });
    problems.throwIfFound();
    const registered = await this.registeredOf([...found.keys()]);
    const imported = await new RowImport(this.decisions, context, problems, progress).run(
      registered.map((urn) => {
        const { row, successors } = found.get(urn)!;
        const inOrder = successors.toSorted((a, b) => (a.urn < b.urn ? -1 : 1));
        const data = { urn, successors: inOrder, source: { file, row, sha256 } };
        return { row, urn, request: { type: 'NameSuccessors', data } };
      }),
    );
    return {
      ...{ importId: context.commandId, file, sha256, encoding, rows },
      named: imported.written.get('SuccessorsNamed') ?? 0,
      unchanged: imported.unchanged,
      notRegistered: found.size - registered.length,
      position: imported.position,
    };
  }

  /** The file is the whole country's; the register is what somebody entered in it. */
  private async registeredOf(urns: readonly string[]): Promise<readonly string[]> {
    const registered: string[] = [];
    for (const urn of urns) {
      const { state } = await this.decisions.load(setting, urn);
      if (state.status === 'registered') registered.push(urn);
    }
    return registered;
  }
}

/** @returns `undefined` for a link of another kind, and where something is wrong, which is added to `problems` */
function successorFrom(row: Row, problems: Problems): Successors['successors'][number] | undefined {
  const link = row.text('linkType');
  if (!namesSuccessor(link)) return undefined;
  const date = row.text('linkedOn');
  const linkedOn = date === '' ? null : dateFromGias(date);
  const refuse = (field: keyof typeof LINKS_COLUMNS, rule: string): void => {
    const shown = row.text(field).slice(0, 60);
    const name = row.nameOf(field);
    problems.add('IMPORT.BAD_VALUE', row.row, name, `${name} '${shown}' ${rule}`);
  };
  const rule = "must be 6 digits, or 5 for a children's centre";
  if (!isUrn(row.text('urn'))) refuse('urn', rule);
  else if (!isUrn(row.text('linkUrn'))) refuse('linkUrn', rule);
  else if (linkedOn === undefined) {
    refuse('linkedOn', 'must be a date in the calendar, written DD-MM-YYYY or DD/MM/YYYY');
  } else return { urn: row.text('linkUrn'), link, linkedOn };
  return undefined;
}
