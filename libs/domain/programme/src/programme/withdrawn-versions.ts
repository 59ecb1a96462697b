import type { Versioned } from './programme.events.js';

/** A version that was withdrawn before it took force. Its number is not given again. */
export interface WithdrawnVersion {
  readonly what: Versioned;
  readonly version: number;
}

export interface Withdrawing {
  readonly withdrawnVersions: readonly WithdrawnVersion[];
}

/** @param standing those that are not withdrawn */
export function nextVersion(
  { withdrawnVersions }: Withdrawing,
  what: Versioned,
  standing: readonly { readonly version: number }[],
): number {
  const withdrawn = withdrawnVersions.filter((one) => one.what === what);
  return Math.max(0, ...[...standing, ...withdrawn].map(({ version }) => version)) + 1;
}
