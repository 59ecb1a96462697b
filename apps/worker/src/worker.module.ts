import { CLOCK } from '#platform/event-store';
import { JobsModule, JobWorker, PolicyRunner, type PolicyStatus } from '#platform/jobs';
import { RECORDS, RecordSweeper, type Records } from '#platform/records';
import type { PartState } from '../../composition/src/index.js';
import type { Clock } from '#kernel';
import { Inject, Injectable, Logger, Module } from '@nestjs/common';

/** Policies turn events into jobs, and jobs are run, until told to stop; records that have expired are deleted. */
@Injectable()
export class Worker {
  private readonly log = new Logger(Worker.name);

  constructor(
    private readonly policies: PolicyRunner,
    private readonly jobs: JobWorker,
    @Inject(RECORDS) private readonly records: Records,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async run(signal: AbortSignal): Promise<void> {
    const warn = (message: string): void => this.log.warn(message);
    const sweeper = new RecordSweeper(this.records, this.clock, { warn });
    await Promise.all([this.policies.run(signal), this.jobs.run(signal), sweeper.run(signal)]);
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
