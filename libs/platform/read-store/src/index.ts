export * from './in-memory-model.js';
export { ProjectionFailed } from './build-writer.js';
export * from './projection-runner.js';
export type * from './projection-status.js';
export * from './projection.js';
export * from './read-models.js';
export * from './read-store.js';
export * from './sqlite/sqlite-read-store.js';
export * from './tokens.js';
