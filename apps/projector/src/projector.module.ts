import type { PartState } from '../../composition/src/index.js';
import {
  ReadModels,
  type ProjectionRunner,
  type ProjectionStatus,
  type RebuildProgress,
} from '#platform/read-store';
import { Module } from '@nestjs/common';

/** Keeps every read model up to date, and builds them anew. */
export class Projector {
  constructor(private readonly runners: readonly ProjectionRunner<{ id: string }>[]) {}

  get collections(): readonly string[] {
    return this.runners.map(({ projection }) => projection.collection.name);
  }

  status(): readonly ProjectionStatus[] {
    return this.runners.map((runner) => runner.status());
  }

  /** Until told to stop; a read model that cannot go on stops alone. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.run(signal)));
  }

  /** Only looks how far another process has brought them. */
  async watch(signal: AbortSignal): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.watch(signal)));
  }

  /** Of each read model: caught up once it had reached, since this process started, what was the end of the log. */
  parts(): Readonly<Record<string, PartState>> {
    const told: Record<string, PartState> = {};
    for (const { collection, state, caughtUp, reason } of this.status()) {
      const triesAgain = state === 'retrying';
      told[`readModel:${collection}`] = {
        caughtUp,
        ...(triesAgain || state === 'stopped' ? { failure: reason ?? state } : {}),
        ...(triesAgain ? { triesAgain } : {}),
      };
    }
    return told;
  }

  /**
   * @throws Error there is no such collection; whatever {@link ProjectionRunner.rebuild} throws, the live build
   *   being as it was then
   */
  async rebuild(
    collection: string,
    options: {
      readonly onProgress?: (progress: RebuildProgress) => void;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<void> {
    const runner = this.runners.find(({ projection }) => projection.collection.name === collection);
    if (runner === undefined) throw new Error(`there is no collection '${collection}'`);
    await runner.rebuild(options);
  }
}

@Module({
  providers: [
    {
      provide: Projector,
      inject: [ReadModels],
      useFactory: (readModels: ReadModels) => new Projector(readModels.runners()),
    },
  ],
  exports: [Projector],
})
export class ProjectorModule {}
