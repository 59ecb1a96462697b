import { stringify } from 'csv-stringify/sync';
import { Chance } from './chance.js';

export interface CensusSetting {
  readonly urn: string;
  readonly name: string;
  readonly phase: string;
}

/** Teachers in full-time equivalents, from and to, that a setting of the phase may plausibly have. */
const RANGES: Readonly<Record<string, readonly [from: number, to: number]>> = {
  Nursery: [3, 7],
  Primary: [7, 30],
  Secondary: [45, 90],
  '16 plus': [30, 70],
  'All-through': [50, 95],
};

/**
 * A workforce census for settings that came without one. Every figure in it is made up, by chance within what is
 * plausible for the phase, the same on every run.
 */
export function madeUpCensus(settings: readonly CensusSetting[]): string {
  const chance = new Chance('census');
  const rows = settings.map(({ urn, name, phase }) => {
    const [from, to] = RANGES[phase] ?? [8, 28];
    return [urn, name, (chance.between(from * 10, to * 10, urn) / 10).toFixed(1)];
  });
  return stringify([['school_urn', 'school_name', 'teachers_fte'], ...rows]);
}
