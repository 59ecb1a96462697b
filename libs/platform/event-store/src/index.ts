export * from './codec.js';
export * from './decisions.js';
export * from './event-store.js';
export * from './tokens.js';
