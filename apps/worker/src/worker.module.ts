import { JobsModule, JobWorker, PolicyRunner, type PolicyStatus } from '#platform/jobs';
import type { PartState } from '../../composition/src/index.js';
import { Injectable, Module } from '@nestjs/common';

/** Policies turn events into jobs, and jobs are run, until told to stop. */
@Injectable()
export class Worker {
  constructor(
    private readonly policies: PolicyRunner,
    private readonly jobs: JobWorker,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.policies.run(signal), this.jobs.run(signal)]);
  }

  policyStatus(): readonly PolicyStatus[] {
    return this.policies.status();
  }

  /** Of each policy: whether it is at work, here or in another process. */
  parts(): Readonly<Record<string, PartState>> {
    const told: Record<string, PartState> = {};
    for (const { policy, state, error } of this.policyStatus()) {
      const triesAgain = state === 'retrying';
      told[`policy:${policy}`] = {
        caughtUp: state !== 'stopped',
        ...(triesAgain || state === 'failed' ? { failure: error ?? state } : {}),
        ...(triesAgain ? { triesAgain } : {}),
      };
    }
    return told;
  }
}

@Module({ imports: [JobsModule], providers: [Worker], exports: [Worker, JobsModule] })
export class WorkerModule {}
