import { refusal, RefusalError, type JsonObject, type RefusalKind } from '#kernel';

export const MOST_PROBLEMS_TOLD = 20;

/** One thing that is wrong with a file. */
export interface Problem extends JsonObject {
  /** 1 is the header; `null` if it is the file as a whole. */
  readonly row: number | null;
  /** Column, as the file names it. */
  readonly field: string | null;
  readonly code: string;
  readonly message: string;
}

/** Gathers everything that is wrong with a file, so that it is put right in one go and not one row at a time. */
export class Problems {
  private readonly told: Problem[] = [];
  private readonly codeOfRow = new Map<number, string>();
  private isOfFile = false;
  private total = 0;

  constructor(
    private readonly file: string,
    private readonly mostTold = MOST_PROBLEMS_TOLD,
  ) {}

  get found(): boolean {
    return this.total > 0;
  }

  /** Rows that cannot be used, with the code of the first thing that is wrong with each. */
  get rows(): ReadonlyMap<number, string> {
    return this.codeOfRow;
  }

  /** The first of them. */
  get listed(): readonly Problem[] {
    return this.told;
  }

  /** With the file as a whole, or with its header: no row of it can be used. */
  get foundInFile(): boolean {
    return this.isOfFile;
  }

  add(code: string, row: number | null, field: string | null, message: string): void {
    this.total += 1;
    if (row === null || row === 1) this.isOfFile = true;
    else if (!this.codeOfRow.has(row)) this.codeOfRow.set(row, code);
    if (this.told.length < this.mostTold) this.told.push({ row, field, code, message });
  }

  /** @throws RefusalError with the code of the first problem, all of them (the first 20) in `details.problems` */
  throwIfFound(kind: RefusalKind = 'invalid'): void {
    const first = this.told[0];
    if (first === undefined) return;
    const lines = this.told.map(({ row, message }) => `${row === null ? '' : `row ${row}: `}${message}`);
    const more = this.total - this.told.length;
    if (more > 0) lines.push(`and ${more} more`);
    const count = this.total === 1 ? '1 problem' : `${this.total} problems`;
    throw new RefusalError(
      refusal(
        first.code,
        kind,
        `${this.file} was not imported and nothing was written: ${count}\n${lines.map((line) => `- ${line}`).join('\n')}`,
        {
          file: this.file,
          row: first.row,
          field: first.field,
          problemCount: this.total,
          problems: this.told,
        },
      ),
    );
  }
}
