export * from './mongodb/open-mongo-records.js';
export * from './record-sweeper.js';
export * from './records.js';
export * from './sqlite/sqlite-records.js';
export * from './tokens.js';
