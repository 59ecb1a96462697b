export * from './configuration.js';
export * from './tokens.js';
