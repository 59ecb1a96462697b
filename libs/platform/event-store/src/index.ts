export * from './codec.js';
export * from './copy-store.js';
export * from './decisions.js';
export * from './event-store.js';
export * from './eventstoredb/open.js';
export type * from './eventstoredb/options.js';
export type * from './sqlite/protocol.js';
export * from './sqlite/sqlite-event-store.js';
export * from './tokens.js';
