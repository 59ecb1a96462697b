import type { Position } from '#kernel';
import type { EventCodec, EventStore } from '#platform/event-store';
import { ProjectionRunner } from './projection-runner.js';
import type { ProjectionRunnerOptions } from './projection-status.js';
import type { Projection } from './projection.js';
import type { Collection, ReadStore } from './read-store.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each projection has documents of its own shape
export type AnyProjection = Projection<any>;

/** The read models of the program: where queries read, and how they wait for what a command did. */
export class ReadModels {
  private readonly byProjection = new Map<AnyProjection, ProjectionRunner<{ id: string }>>();

  /** @throws Error if two projections write the same collection */
  constructor(
    private readonly store: ReadStore,
    events: EventStore,
    codec: EventCodec,
    projections: readonly AnyProjection[],
    options: ProjectionRunnerOptions = {},
  ) {
    const names = new Set<string>();
    for (const projection of projections) {
      const { name } = projection.collection;
      if (names.has(name)) throw new Error(`two projections write the collection '${name}'`);
      names.add(name);
      const runner = new ProjectionRunner<{ id: string }>(
        store,
        events,
        codec,
        projection as Projection<{ id: string }>,
        options,
      );
      this.byProjection.set(projection, runner);
    }
  }

  /** The live documents of a read model, as far as it has come. */
  collection<D extends { readonly id: string }>(projection: Projection<D>): Collection<D> {
    return this.store.collection(projection.collection);
  }

  /**
   * Resolves once the read model has seen everything up to `position`: brought up to date here if nobody else
   * does, else by whom it is.
   * @throws RefusalError `READ_MODEL.BEHIND` if that takes longer than `milliseconds`, 5,000 if not given
   */
  async upTo(projection: AnyProjection, position: Position, milliseconds?: number): Promise<void> {
    await this.runner(projection).upTo(position, milliseconds);
  }

  /**
   * The same for what is the end of the log now, for as long as it moves.
   * @throws RefusalError `READ_MODEL.BEHIND` if it stands still for `milliseconds`, 30,000 if not given
   */
  async upToHead(projection: AnyProjection, milliseconds?: number): Promise<void> {
    await this.runner(projection).runToHead(milliseconds);
  }

  /**
   * To be asked when a process starts: read models of another installation, or of a log that was put back to an
   * earlier state, must neither be shown nor written to.
   * @throws RefusalError `READ_MODEL.OF_ANOTHER_STORE`, `READ_MODEL.AHEAD`
   */
  async requireOurs(): Promise<void> {
    for (const runner of this.runners()) await runner.requireOurs();
  }

  /** One for each projection, in the order given. */
  runners(): readonly ProjectionRunner<{ id: string }>[] {
    return [...this.byProjection.values()];
  }

  /** @throws Error for a projection that this program was not given */
  runner(projection: AnyProjection): ProjectionRunner<{ id: string }> {
    const runner = this.byProjection.get(projection);
    if (runner !== undefined) return runner;
    throw new Error(`the projection of '${projection.collection.name}' is not one of this program's`);
  }
}
