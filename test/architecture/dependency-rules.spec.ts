import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { repository, withPlanted } from './planted.js';

interface Cruise {
  readonly summary: { readonly violations: readonly { readonly rule: { readonly name: string } }[] };
}

const config = join(repository, '.dependency-cruiser.mjs');

function cruise(folder: string): Promise<string[]> {
  const tool = join(repository, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const folders = ['apps', 'libs', 'test'];
  return new Promise((fulfil, fail) => {
    execFile(
      process.execPath,
      [tool, '--config', config, '--output-type', 'json', ...folders],
      { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (stdout === '')
          fail(new Error(`dependency-cruiser: ${stderr || (error?.message ?? 'said nothing')}`));
        else
          fulfil((JSON.parse(stdout) as Cruise).summary.violations.map((violation) => violation.rule.name));
      },
    );
  });
}

const tree = {
  'apps/api/src/main.ts': 'export const main = 1;',
  'libs/kernel/src/index.ts': "export * from './money.js';",
  'libs/kernel/src/money.ts': 'export const pence = 1;',
  'libs/platform/jobs/src/index.ts': "import { pence } from '#kernel';\nexport const jobs = pence;",
  'libs/platform/jobs/src/inside.ts': 'export const inside = 1;',
  'libs/domain/plans/src/index.ts': "export * from './plan/plan.js';",
  'libs/domain/plans/src/plan/plan.ts': "import { pence } from '#kernel';\nexport const plan = pence;",
  'libs/domain/funding/src/index.ts': "import { plan } from '#domain/plans';\nexport const funding = plan;",
  'test/contract/some.ts': 'export const some = 1;',
};

/** For each rule, files that break it and nothing else; a second way to break one is named after it. */
const planted: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no-cycles': {
    'libs/domain/funding/src/a.ts': "import { b } from './b.js';\nexport const a = (): number => b();",
    'libs/domain/funding/src/b.ts': "import { a } from './a.js';\nexport const b = (): number => a();",
  },
  'kernel-imports-nothing': {
    'libs/kernel/src/bad.ts': "import { readFileSync } from 'node:fs';\nexport const bad = readFileSync;",
  },
  'platform-knows-no-domain': {
    'libs/platform/jobs/src/bad.ts': "import { plan } from '#domain/plans';\nexport const bad = plan;",
  },
  'domain-only-through-index': {
    'libs/domain/funding/src/bad.ts':
      "import { plan } from '../../plans/src/plan/plan.js';\nexport const bad = plan;",
  },
  'libraries-only-through-index': {
    'apps/api/src/bad.ts':
      "import { inside } from '../../../libs/platform/jobs/src/inside.js';\nexport const bad = inside;",
  },
  'libraries-know-no-apps': {
    'libs/platform/jobs/src/bad.ts':
      "import { main } from '../../../../apps/api/src/main.js';\nexport const bad = main;",
  },
  'engines-only-in-adapters': {
    'libs/platform/jobs/src/bad.ts':
      "import { DatabaseSync } from 'node:sqlite';\nexport const bad = DatabaseSync;",
  },
  'engines-only-in-adapters, by our own hand': {
    'libs/platform/sqlite/src/index.ts': 'export const openDatabase = 1;',
    'libs/domain/funding/src/bad.ts':
      "import { openDatabase } from '#platform/sqlite';\nexport const bad = openDatabase;",
  },
  'deciders-are-pure, nor what lies beside them': {
    'libs/domain/funding/src/fund/fund.ts': "import { roll } from './roll.js';\nexport const fund = roll;",
    'libs/domain/funding/src/fund/roll.ts':
      "import { randomUUID } from 'node:crypto';\nexport const roll = randomUUID;",
  },
  'deciders-are-pure': {
    'libs/domain/funding/src/fund/fund.ts':
      "import { randomUUID } from 'node:crypto';\nexport const fund = randomUUID;",
  },
  'product-knows-no-tests': {
    'apps/api/src/bad.ts': "import { some } from '../../../test/contract/some.js';\nexport const bad = some;",
  },
  'product-knows-no-tests, nor what they are set up with': {
    'libs/domain/plans/src/plan/desk.fixture.ts': 'export const desk = 1;',
    'apps/api/src/bad.ts':
      "import { desk } from '../../../libs/domain/plans/src/plan/desk.fixture.js';\nexport const bad = desk;",
  },
  'bench-runs-without-jest': {
    'test/e2e/engines.ts': "import { it } from '@jest/globals';\nexport const engines = it;",
    'test/bench/bad.ts': "import { engines } from '../e2e/engines.js';\nexport const bad = engines;",
  },
  'engines-only-in-adapters, nor by a connection of ours': {
    'libs/platform/mongodb/src/index.ts': 'export const connection = 1;',
    'libs/domain/funding/src/bad.ts':
      "import { connection } from '#platform/mongodb';\nexport const bad = connection;",
  },
};

const ruleOf = (name: string): string => name.split(',')[0]!;

describe('the dependency rules', () => {
  it('hold in this repository', async () => {
    expect(await cruise(repository)).toEqual([]);
  });

  it('each have a planted violation here', async () => {
    const { default: rules } = (await import(config)) as {
      default: { forbidden: readonly { name: string }[] };
    };
    expect([...new Set(Object.keys(planted).map(ruleOf))].sort()).toEqual(
      rules.forbidden.map((rule) => rule.name).sort(),
    );
  });

  it('let the clean tree pass', async () => {
    expect(await withPlanted(tree, cruise)).toEqual([]);
  });

  it.each(Object.keys(planted))('%s catches what is planted against it', async (name) => {
    const violations = await withPlanted({ ...tree, ...planted[name] }, cruise);
    expect(new Set(violations)).toEqual(new Set([ruleOf(name)]));
  });
});
