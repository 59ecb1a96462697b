/** JSON with bigints (revisions, positions) as decimal strings, which is how all our JSON writes them. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_, member: unknown) => (typeof member === 'bigint' ? member.toString() : member),
    indent,
  );
}
