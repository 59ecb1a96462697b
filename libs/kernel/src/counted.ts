/** `1 setting`, `2 settings`: nouns whose plural is an s more. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
