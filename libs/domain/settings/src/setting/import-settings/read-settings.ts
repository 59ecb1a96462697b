import { type Problems, readCsv } from '#platform/csv';
import type { RowsOfFile } from '../import-rows.js';
import type { StatedDetails } from '../setting.events.js';
import { GIAS_COLUMNS, settingFrom } from './gias-columns.js';

/** Reads a GIAS extract; what is wrong with it is added to `problems`. */
export async function readSettings(
  file: string,
  content: Uint8Array,
  problems: Problems,
): Promise<RowsOfFile> {
  const found: { readonly row: number; readonly details: StatedDetails }[] = [];
  const rowOfUrn = new Map<string, number>();
  const repeated = new Set<string>();
  const read = await readCsv(content, GIAS_COLUMNS, problems, (row) => {
    const urn = row.text('urn');
    const earlier = rowOfUrn.get(urn);
    if (earlier !== undefined && urn !== '') {
      const message = `${row.nameOf('urn')} ${urn} stands in row ${earlier} already`;
      problems.add('IMPORT.DUPLICATE_URN', row.row, row.nameOf('urn'), message);
      repeated.add(urn);
      return;
    }
    rowOfUrn.set(urn, row.row);
    const details = settingFrom(row, problems);
    if (details !== undefined) found.push({ row: row.row, details });
  });
  const { sha256 } = read;
  const commands = found.map(({ row, details }) => ({
    row,
    urn: details.urn,
    request: { type: 'RegisterSetting' as const, data: { ...details, source: { file, row, sha256 } } },
  }));
  return { ...read, commands, repeated };
}
