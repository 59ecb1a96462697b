import type { Clock } from '#kernel';
import { CLOCK, EVENT_STORE, EventCodec, type EventStore } from '#platform/event-store';
import { Inject, Injectable, Module, Optional, type OnModuleInit } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { HANDLES_JOB, JobHandlers, type JobHandler } from './job-handlers.js';
import type { JobStore, Schedule } from './job-store.js';
import { JobWorker, type JobWorkerOptions } from './job-worker.js';
import { PolicyRunner } from './policy-runner.js';
import type { Policy } from './policy.js';
import { JOB_STORE, JOB_WORKER_OPTIONS, POLICIES, SCHEDULES } from './tokens.js';

/** Finds the providers marked with `@HandlesJob`, and refuses to start a program that enqueues what nobody handles. */
@Injectable()
export class JobHandlerDiscovery implements OnModuleInit {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(JobHandlers) private readonly handlers: JobHandlers,
    @Inject(POLICIES) private readonly policies: readonly Policy[],
    @Optional() @Inject(SCHEDULES) private readonly schedules?: readonly Schedule[],
  ) {}

  onModuleInit(): void {
    for (const { metatype, instance } of this.discovery.getProviders()) {
      if (metatype === null || metatype === undefined) continue;
      const kind = Reflect.getMetadata(HANDLES_JOB, metatype) as string | undefined;
      if (kind === undefined) continue;
      if (typeof (instance as Partial<JobHandler> | null)?.run !== 'function') {
        throw new Error(`${metatype.name} is marked @HandlesJob('${kind}') but has no run()`);
      }
      this.handlers.add(kind, instance as JobHandler);
    }
    this.handlers.requireAll([
      ...this.policies.flatMap(({ enqueues, name }) =>
        enqueues.map((kind) => ({ kind, by: `policy ${name}` })),
      ),
      ...(this.schedules ?? []).map(({ kind, name }) => ({ kind, by: `schedule ${name}` })),
    ]);
  }
}

/**
 * Provides {@link PolicyRunner}, {@link JobWorker} and {@link JobHandlers}; starts neither. Needs `JOB_STORE`,
 * `EVENT_STORE`, `CLOCK`, `EventCodec` and `POLICIES` from a global module; `SCHEDULES` and
 * `JOB_WORKER_OPTIONS` if there are any.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [
    JobHandlers,
    JobHandlerDiscovery,
    {
      provide: JobWorker,
      inject: [
        JOB_STORE,
        JobHandlers,
        CLOCK,
        { token: JOB_WORKER_OPTIONS, optional: true },
        { token: SCHEDULES, optional: true },
      ],
      useFactory: (
        store: JobStore,
        handlers: JobHandlers,
        clock: Clock,
        options?: JobWorkerOptions,
        schedules?: readonly Schedule[],
      ) => new JobWorker(store, handlers, clock, options, schedules),
    },
    {
      provide: PolicyRunner,
      inject: [JOB_STORE, EVENT_STORE, EventCodec, CLOCK, POLICIES, JobWorker],
      useFactory: (
        jobs: JobStore,
        events: EventStore,
        codec: EventCodec,
        clock: Clock,
        policies: readonly Policy[],
        worker: JobWorker,
      ) => new PolicyRunner(jobs, events, codec, clock, policies, { applied: () => worker.wake() }),
    },
  ],
  exports: [JobHandlers, JobWorker, PolicyRunner],
})
export class JobsModule {}
