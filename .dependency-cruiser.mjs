// Who may know whom. Every rule is proved by a planted violation in test/architecture.
const adapters =
  '^libs/platform/[^/]+/src/(sqlite|mongodb|eventstoredb|bullmq)/|^libs/platform/(sqlite|mongodb)/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or the wrong two.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'kernel-imports-nothing',
      comment:
        'The kernel is what everything else is said in. It has no I/O, no framework, and none of our other libraries.',
      severity: 'error',
      from: { path: '^libs/kernel/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: ['^libs/kernel/', '^node_modules/(typebox|uuid|temporal-polyfill)/'] },
    },
    {
      name: 'platform-knows-no-domain',
      comment: 'The machine room must serve a programme that nobody has thought of yet.',
      severity: 'error',
      from: { path: '^libs/platform/' },
      to: { path: '^libs/domain/' },
    },
    {
      name: 'domain-only-through-index',
      comment: 'A context may change everything behind its index.ts without asking the others.',
      severity: 'error',
      from: { path: '^libs/domain/([^/]+)/' },
      to: {
        path: '^libs/domain/([^/]+)/',
        pathNot: ['^libs/domain/$1/', '^libs/domain/[^/]+/src/index\\.ts$'],
      },
    },
    {
      name: 'libraries-only-through-index',
      comment: 'The same for everybody else: what is not exported is nobody else’s business.',
      severity: 'error',
      from: { path: '^(apps|test|libs/domain)/' },
      to: { path: '^libs/platform/([^/]+)/', pathNot: '^libs/platform/[^/]+/src/index\\.ts$' },
    },
    {
      name: 'libraries-know-no-apps',
      comment: 'Apps put libraries together, never the other way round.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'engines-only-in-adapters',
      comment: 'Swapping an engine must touch its adapter and nothing else.',
      severity: 'error',
      from: { pathNot: [adapters, '^test/', '\\.spec\\.ts$'] },
      to: {
        path: [
          '^sqlite$',
          '^node:sqlite$',
          '^libs/platform/(sqlite|mongodb)/',
          '^node_modules/(@eventstore|mongodb|bullmq|ioredis)/',
        ],
      },
    },
    {
      name: 'deciders-are-pure',
      comment:
        'What decides about money is told everything it needs; it can be replayed and proved without a machine.',
      severity: 'error',
      // Everything that lies beside a decider belongs to it, but for what loads streams for a handler.
      from: {
        path: '^libs/domain/[^/]+/src/[^/]+/[^/]+\\.ts$',
        pathNot: [
          '\\.(spec|fixture)\\.ts$',
          '/src/(read-models|policies|explain-tranche|explain-ledger|explain-payment)/',
          '/(import-rows|require-programme|fold-history|fund-desk|fund-budget-desk)\\.ts$',
        ],
      },
      to: { pathNot: ['^libs/kernel/', '^libs/domain/', '^node_modules/typebox/'] },
    },
    {
      name: 'product-knows-no-tests',
      comment: 'What is shipped does not need what checks it.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['\\.(spec|fixture)\\.ts$', '^libs/testing/'] },
      to: {
        path: [
          '^test/',
          '^libs/testing/',
          '\\.(spec|fixture)\\.ts$',
          '^node_modules/(fast-check|jest|@jest)/',
        ],
      },
    },
    {
      name: 'bench-runs-without-jest',
      comment: 'It is a program of its own: what it borrows from the tests must not need their runner.',
      severity: 'error',
      from: { path: '^test/bench/' },
      to: { path: '(^|/)node_modules/@jest/globals/', reachable: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.d.ts'],
    },
  },
};
