import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeProblems } from './compose-rules.js';
import { k8sProblems } from './k8s-rules.js';

// `npm run deployment`, a part of `npm run check`: what the specs ask of the deployment files, without the specs.
const text = (...path: readonly string[]): string => readFileSync(join(process.cwd(), ...path), 'utf8');
const base = ['infra', 'k8s', 'base'];
const files = new Map(readdirSync(join(process.cwd(), ...base)).map((name) => [name, text(...base, name)]));
const problems = [
  ...composeProblems(text('docker-compose.yml')).map((problem) => `docker-compose.yml: ${problem}`),
  ...k8sProblems(files, text('infra', 'k8s', 'README.md')).map((problem) => `infra/k8s: ${problem}`),
];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
