import { knownAmong, type Columns } from './columns.js';

/** A spreadsheet writes what its country separates lists by: in much of Europe a semicolon; pasted from one, it is tabs. */
const SEPARATORS = [',', ';', '\t'] as const;
export type Separator = (typeof SEPARATORS)[number];
const LONGEST_HEADER_BYTES = 16 * 1024;

/**
 * What stands between the columns of a file, as its header says: the separator that makes the most of the column names that are
 * looked for, then the one that makes the most columns; a comma where that decides nothing, as in a header of one column.
 */
export function separatorOf(content: Uint8Array, columns: Columns<string>): Separator {
  // Separators and quotation marks are ASCII, as nearly all of the names: whatever the encoding, they are the same bytes.
  const start = Buffer.from(content.subarray(0, LONGEST_HEADER_BYTES)).toString('latin1').replace(/^ï»¿/, '');
  const [best] = SEPARATORS.map((separator) => {
    const header = headerOf(start, separator);
    return { separator, known: knownAmong(header, columns), width: header.length };
  }).sort((a, b) => b.known - a.known || b.width - a.width);
  return best!.separator;
}

/** The cells of the first record, without the marks of those that are quoted. */
function headerOf(text: string, separator: Separator): readonly string[] {
  const cells = [''];
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) cells[cells.length - 1] += character;
    else if (character === '\n' || character === '\r') break;
    else if (character === separator) cells.push('');
    else cells[cells.length - 1] += character;
  }
  return cells;
}
