export * from './job-handlers.js';
export * from './job-rules.js';
export * from './job-store.js';
export * from './policy.js';
export * from './tokens.js';
