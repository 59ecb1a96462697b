import { instantFromMillis, type Instant } from './instant.js';

/** Where "now" comes from. Only the edges read it; deciders are given the answer. */
export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => instantFromMillis(Date.now()) };
