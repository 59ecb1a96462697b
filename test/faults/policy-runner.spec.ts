import { policyRunnersKilled } from './policy-runner.faults.js';

policyRunnersKilled('node:sqlite', () => undefined);
