import { it } from '@jest/globals';
import { onServers } from './engines.js';

/** A test of what only files in the data folder have; not there at all when the engines are servers. */
export const itEmbedded: Pick<typeof it, 'each'> & ((...test: Parameters<typeof it>) => void) = onServers
  ? Object.assign(() => undefined, { each: () => () => undefined })
  : it;

/** A test of what is different, or the same, when the engines are servers; not there at all when they are embedded. */
export const itOnServers: (...test: Parameters<typeof it>) => void = onServers ? it : () => undefined;
