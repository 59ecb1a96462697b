/** Whole pence as people write them; what is no whole number is for the decider to refuse, by the name of the field. */
export function penceIn(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
