import type { Columns } from '#platform/csv';

/** What is read of a GIAS file of links (`links_edubasealldata…csv`). Names of people are not in it. */
export const LINKS_COLUMNS = {
  urn: { names: ['URN'], required: true },
  linkUrn: { names: ['LinkURN'], required: true },
  linkType: { names: ['LinkType'], required: true },
  linkedOn: { names: ['LinkEstablishedDate'], required: false },
} as const satisfies Columns<string>;

/** `Successor`, `Successor - merged`, `Successor - amalgamated` …; predecessors and federations say nothing about a closure. */
export function namesSuccessor(linkType: string): boolean {
  return /^successor\b/i.test(linkType);
}
