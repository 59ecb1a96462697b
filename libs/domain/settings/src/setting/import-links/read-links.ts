import { isUrn } from '#kernel';
import { readCsv, type CsvRow, type Problems } from '#platform/csv';
import { dateFromGias } from '../import-settings/gias-columns.js';
import type { RowsOfFile } from '../import-rows.js';
import { RULES } from '../setting-rules.js';
import type { Successors } from '../setting.events.js';
import { LINKS_COLUMNS, namesSuccessor } from './links-columns.js';

type Row = CsvRow<keyof typeof LINKS_COLUMNS>;
type Link = Successors['successors'][number];
interface Found {
  /** The first of the setting's rows that name a successor. */
  readonly row: number;
  readonly rows: readonly number[];
  readonly successors: readonly Link[];
  /** The first of them that cannot be used. */
  readonly broken: number | null;
}

/**
 * Reads a GIAS file of links: one command for each setting that has successors, which the file names in a row each.
 * What is wrong with it is added to `problems`. If one row of a setting cannot be used, none of them is.
 */
export async function readLinks(file: string, content: Uint8Array, problems: Problems): Promise<RowsOfFile> {
  const found = new Map<string, Found>();
  const read = await readCsv(content, LINKS_COLUMNS, problems, (row) => {
    if (!namesSuccessor(row.text('linkType'))) return;
    const successor = successorFrom(row, problems);
    const urn = row.text('urn');
    const before = found.get(urn) ?? { row: row.row, rows: [], successors: [], broken: null };
    found.set(urn, {
      ...before,
      rows: [...before.rows, row.row],
      successors: successor === undefined ? before.successors : [...before.successors, successor],
      broken: before.broken ?? (successor === undefined ? row.row : null),
    });
  });
  const { sha256 } = read;
  const usable = [...found].filter(([urn, one]) => !refusePartly(urn, one, problems));
  const commands = usable.map(([urn, { row, successors }]) => {
    const data = { urn, successors: inOrder(successors), source: { file, row, sha256 } };
    return { row, urn, request: { type: 'NameSuccessors' as const, data } };
  });
  return { ...read, commands, repeated: new Set() };
}

/** @returns whether it is: its rows that could be used on their own are told to be of no use without the other */
function refusePartly(urn: string, { rows, broken }: Found, problems: Problems): boolean {
  if (broken === null) return false;
  for (const row of rows) {
    if (problems.rows.has(row)) continue;
    const message = `row ${broken} of the same setting, ${urn}, cannot be used: its successors are named together`;
    problems.add('IMPORT.BAD_VALUE', row, 'URN', message);
  }
  return true;
}

/** By URN, and each once: in which order a file has them says nothing. */
function inOrder(successors: readonly Link[]): Link[] {
  const keyOf = ({ urn, link, linkedOn }: Link): string => [urn, link, linkedOn ?? ''].join('\n');
  const byKey = new Map(successors.map((one) => [keyOf(one), one]));
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** @returns `undefined` where something is wrong, which is added to `problems` */
function successorFrom(row: Row, problems: Problems): Link | undefined {
  const date = row.text('linkedOn');
  const linkedOn = date === '' ? null : dateFromGias(date);
  const refuse = (field: keyof typeof LINKS_COLUMNS, rule: string): void => {
    const shown = row.text(field).slice(0, 60);
    const name = row.nameOf(field);
    problems.add('IMPORT.BAD_VALUE', row.row, name, `${name} '${shown}' ${rule}`);
  };
  if (!isUrn(row.text('urn'))) refuse('urn', RULES.urn);
  else if (!isUrn(row.text('linkUrn'))) refuse('linkUrn', RULES.urn);
  else if (linkedOn === undefined) {
    refuse('linkedOn', 'must be a date in the calendar, written DD-MM-YYYY or DD/MM/YYYY');
  } else return { urn: row.text('linkUrn'), link: row.text('linkType'), linkedOn };
  return undefined;
}
