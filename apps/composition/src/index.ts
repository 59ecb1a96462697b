export * from './contexts.js';
export * from './core.module.js';
export * from './background.js';
export * from './explain-start.js';
export * from './ours.js';
export * from './readiness.js';
export * from './stores.js';
export * from './settling.js';
