import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeProblems } from './compose-rules.js';

// `npm run deployment`, a part of `npm run check`: what the specs ask of the deployment files, without the specs.
const problems = composeProblems(readFileSync(join(process.cwd(), 'docker-compose.yml'), 'utf8')).map(
  (problem) => `docker-compose.yml: ${problem}`,
);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
