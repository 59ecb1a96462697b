export * from './database-file.js';
