export * from './projection.js';
export * from './read-store.js';
export * from './sqlite/sqlite-read-store.js';
export * from './tokens.js';
