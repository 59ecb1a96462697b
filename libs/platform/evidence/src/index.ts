export * from './canonical-json.js';
export * from './leaf.js';
export * from './merkle-tree.js';
