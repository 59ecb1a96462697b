export * from './breather.js';
export * from './columns.js';
export * from './csv-body.js';
export * from './csv-text.js';
export * from './file-name.js';
export * from './problems.js';
export * from './read-csv.js';
export * from './text.js';
