import { type Problems, readCsv } from '#platform/csv';
import type { RowsOfFile } from '../import-rows.js';
import type { WorkforceFigure } from '../setting.events.js';
import { CENSUS_COLUMNS, figureFrom } from './census-columns.js';

/** Reads a school workforce census file; what is wrong with it is added to `problems`. */
export async function readFigures(
  file: string,
  content: Uint8Array,
  problems: Problems,
): Promise<RowsOfFile & { readonly suppressed: number }> {
  const found: { readonly row: number; readonly figure: Omit<WorkforceFigure, 'source'> }[] = [];
  const rowOfUrn = new Map<string, number>();
  const repeated = new Set<string>();
  const read = await readCsv(content, CENSUS_COLUMNS, problems, (row) => {
    const urn = row.text('urn');
    const earlier = rowOfUrn.get(urn);
    if (earlier !== undefined && urn !== '') {
      const message = `${row.nameOf('urn')} ${urn} stands in row ${earlier} already: keep the rows of one census only`;
      problems.add('IMPORT.DUPLICATE_URN', row.row, row.nameOf('urn'), message);
      repeated.add(urn);
      return;
    }
    rowOfUrn.set(urn, row.row);
    const figure = figureFrom(row, problems);
    if (figure !== undefined) found.push({ row: row.row, figure });
  });
  const { sha256 } = read;
  const commands = found.map(({ row, figure }) => ({
    row,
    urn: figure.urn,
    request: { type: 'RecordWorkforceFigure' as const, data: { ...figure, source: { file, row, sha256 } } },
  }));
  const suppressed = found.filter(({ figure }) => figure.fte === null).length;
  return { ...read, commands, repeated, suppressed };
}
