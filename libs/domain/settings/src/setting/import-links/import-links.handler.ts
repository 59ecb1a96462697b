import type { Position } from '#kernel';
import { Decisions, type CommandContext } from '#platform/event-store';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { fileNameFrom, Problems, type Encoding } from '#platform/csv';
import { RowImport, type ImportProgress, type RowCommand } from '../import-rows.js';
import { setting } from '../setting.js';
import { readLinks } from './read-links.js';

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

@CommandHandler(ImportLinks)
export class ImportLinksHandler implements ICommandHandler<ImportLinks, LinksImported> {
  constructor(private readonly decisions: Decisions) {}

  /** @throws RefusalError `IMPORT.*`, with everything that is wrong with the file in `details.problems` */
  async execute({ input: { file: path, content, progress }, context }: ImportLinks): Promise<LinksImported> {
    const file = fileNameFrom(path);
    const problems = new Problems(file);
    const { sha256, encoding, rows, commands } = await readLinks(file, content, problems);
    problems.throwIfFound();
    const registered = await this.registeredOf(commands);
    const imported = await new RowImport(this.decisions, context, problems, progress).run(registered);
    return {
      ...{ importId: context.commandId, file, sha256, encoding, rows },
      named: imported.written.get('SuccessorsNamed') ?? 0,
      unchanged: imported.unchanged,
      notRegistered: commands.length - registered.length,
      position: imported.position,
    };
  }

  /** The file is the whole country's; the register is what somebody entered in it. */
  private async registeredOf(commands: readonly RowCommand[]): Promise<readonly RowCommand[]> {
    const registered: RowCommand[] = [];
    for (const command of commands) {
      const { state } = await this.decisions.load(setting, command.urn);
      if (state.status === 'registered') registered.push(command);
    }
    return registered;
  }
}
