import type { GlobalOptions } from './session.js';

/**
 * A command as it is typed next: on the same data folder, as the same person, in the same role as this one was.
 * @param words of the command, each as the command line is to have it
 */
export function typedNext(
  words: readonly string[],
  { data, as, role }: Pick<GlobalOptions, 'data' | 'as' | 'role'>,
): string {
  const said = Object.entries({ '--data': data, '--as': as, '--role': role });
  const options = said.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  return ['npm run -s ops --', ...[...words, ...options].map(quoted)].join(' ');
}

/** One word to a shell, whatever is in it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
