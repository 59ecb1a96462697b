import { JobsModule, JobWorker, PolicyRunner, type PolicyStatus } from '#platform/jobs';
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
}

@Module({ imports: [JobsModule], providers: [Worker], exports: [Worker, JobsModule] })
export class WorkerModule {}
