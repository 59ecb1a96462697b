export * from './contexts.js';
export * from './core.module.js';
export * from './stores.js';
export * from './settling.js';
