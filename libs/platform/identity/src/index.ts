export * from './command-line.js';
export * from './identity.guard.js';
export * from './own-settings.js';
export * from './signing-key.js';
export * from './subject.js';
export * from './tokens.js';
