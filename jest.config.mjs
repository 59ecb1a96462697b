// Jest runs the build itself (`dist`), so that what is tested is what is shipped: one compiler, one set of
// import aliases (package.json "imports"), and worker threads and child processes that load the same files.
export default {
  rootDir: 'dist',
  testMatch: ['**/*.spec.js'],
  testEnvironment: 'node',
  transform: {},
  testTimeout: 30_000,
  reporters: [['default', { summaryThreshold: 1 }]],
};
