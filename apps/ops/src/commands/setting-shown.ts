import type { SettingDocument } from '#domain/settings';
import { dayIn } from '../day-in.js';

/** A setting in a list. */
export function settingLine({
  urn,
  name,
  status,
  phase,
  laName,
  laCode,
  fte,
  fteSuppressedAs,
}: SettingDocument): string {
  const teachers =
    fte !== null
      ? `${fte} FTE teachers`
      : fteSuppressedAs === null
        ? 'no teacher number yet'
        : `teacher number withheld (${fteSuppressedAs})`;
  return `${urn}  ${name}  (${phase}, ${laName ?? laCode}, ${status}; ${teachers})`;
}

/** What the register says of it that is not on its line; how many teachers it has is told with where that is from by `fte show`. */
export function settingShown(setting: SettingDocument): string {
  const { source, registeredAt, changedAt, ...rest } = setting;
  const onTheLine = ['urn', 'id', 'sortName', 'name', 'status', 'phase', 'laName', 'laCode', 'revision'];
  const facts = Object.entries(rest).filter(
    ([field, value]) =>
      !onTheLine.includes(field) && !field.startsWith('fte') && field !== 'figure' && value !== null,
  );
  return [
    settingLine(setting),
    ...facts.map(([field, value]) => `  ${inWords(field)}: ${saidOf(value)}`),
    `  registered ${dayIn(registeredAt)}, changed ${dayIn(changedAt)}, from row ${source.row} of ${source.file}`,
  ].join('\n');
}

/** `districtCode` → `district code`. */
function inWords(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function saidOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(saidOf).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
