export * from './actor.js';
export * from './clock.js';
export * from './decider.js';
export * from './event.js';
export * from './ids.js';
export * from './instant.js';
export type * from './json.js';
export * from './money.js';
export * from './refusal.js';
