export * from './job-store.js';
export * from './policy.js';
export * from './tokens.js';
