import type { Problems } from './problems.js';

/** The columns that are read, by our names: how files call each of them, and whether there is a use for one without. */
export type Columns<F extends string> = Readonly<
  Record<F, { readonly names: readonly [string, ...string[]]; readonly required: boolean }>
>;

/** Where each column stands in this file, and what it is called there. */
export type Located<F extends string> = ReadonlyMap<F, { readonly index: number; readonly name: string }>;

const plain = (name: string): string => name.trim().replace(/\s+/g, ' ').toLowerCase();

/** Finds columns by header, never by position. What it does not ask for it does not look at. */
export function locate<F extends string>(
  header: readonly string[],
  columns: Columns<F>,
  problems: Problems,
): Located<F> {
  const places = new Map<string, number[]>();
  header.forEach((name, index) => {
    const key = plain(name);
    places.set(key, [...(places.get(key) ?? []), index]);
  });
  const located = new Map<F, { index: number; name: string }>();
  const missing: string[] = [];
  for (const [field, { names, required }] of Object.entries(columns) as [F, Columns<F>[F]][]) {
    const found = names.flatMap((name) => places.get(plain(name)) ?? []);
    const [index] = found;
    if (found.length > 1) {
      const which = found.map((place) => `${header[place]!.trim()} (column ${place + 1})`).join(' and ');
      problems.add('IMPORT.HEADER', 1, names[0], `the header has ${which}: which one is meant is not clear`);
    } else if (index !== undefined) {
      located.set(field, { index, name: header[index]!.trim() });
    } else if (required) {
      missing.push(names.length === 1 ? `'${names[0]}'` : names.map((name) => `'${name}'`).join(' or '));
    }
  }
  if (missing.length > 0) {
    problems.add(
      'IMPORT.HEADER',
      1,
      null,
      `the header lacks ${missing.length === 1 ? 'the column' : 'the columns'} ${missing.join(', ')}${guess(header)}`,
    );
  }
  return located;
}

/** How many of the columns a header has, by any of their names. */
export function knownAmong(header: readonly string[], columns: Columns<string>): number {
  const found = new Set(header.map(plain));
  return Object.values(columns).filter(({ names }) => names.some((name) => found.has(plain(name)))).length;
}

function guess(header: readonly string[]): string {
  if (header.length !== 1 || !header[0]!.includes('|')) return '';
  return "; its columns seem to be separated by '|', and commas, semicolons or tabs are expected";
}
