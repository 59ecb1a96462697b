import { JobsModule, JobWorker, PolicyRunner } from '#platform/jobs';
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

  /** What keeps a policy from making jobs, by its name. */
  failures(): ReadonlyMap<string, string> {
    return new Map(
      this.policies
        .status()
        .filter(({ state }) => state === 'failed' || state === 'retrying')
        .map(({ policy, error }) => [policy, error ?? 'stopped']),
    );
  }
}

@Module({ imports: [JobsModule], providers: [Worker], exports: [Worker, JobsModule] })
export class WorkerModule {}
