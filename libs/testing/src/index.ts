export * from './any-sequence.js';
export * from './given-when-then.js';
export * from './recorded.js';
