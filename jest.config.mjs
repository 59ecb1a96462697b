// Jest runs the build itself (`dist`), so that what is tested is what is shipped: one compiler, one set of
// import aliases (package.json "imports"), and worker threads and child processes that load the same files.
const project = { rootDir: 'dist', testEnvironment: 'node', transform: {} };

export default {
  // Half of the suite waits for processes of its own: two at a time, also on two cores.
  maxWorkers: 2,
  // Modules stay in a worker's memory from suite to suite, until it has none left.
  workerIdleMemoryLimit: '1GB',
  // A bound for what hangs, not a measure: a process takes a second to start here and ten where others run beside it.
  testTimeout: 180_000,
  reporters: [['default', { summaryThreshold: 1 }]],
  projects: [
    { ...project, displayName: 'all', testMatch: ['**/*.spec.js'] },
    {
      // The end-to-end suite once more, with the engines on servers (test/e2e/engines.ts). Left out is what chooses its
      // engines itself, what is about the embedded ones' files or their one thread, a page that is typed from where no server
      // is set up, the census that is made up before any engine, and the property that another holds here of all that moves
      // money (money-conservation).
      ...project,
      displayName: 'servers',
      testEnvironment: '<rootDir>/test/e2e/servers.environment.js',
      testMatch: ['**/test/e2e/*.spec.js'],
      testPathIgnorePatterns: [
        '/(engines|copy|demo-census|board|redis-emptied|funding-properties|first-programme).spec.js$',
        '/(api-event-loop|api-full-disk|restored|snapshot).spec.js$',
      ],
    },
  ],
};
