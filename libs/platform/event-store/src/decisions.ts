import {
  eventIdOf,
  isRefusal,
  refusal,
  RefusalError,
  streamOf,
  type Actor,
  type Aggregate,
  type AnyEvent,
  type Clock,
  type Command,
  type Instant,
  type Position,
  type RecordedEvent,
} from '#kernel';
import type { EventCodec } from './codec.js';
import { ConcurrencyConflict, type EventStore, type ExpectedRevision } from './event-store.js';

/** Everything about a command but what it asks for: who, when, and what it is part of. */
export interface CommandContext {
  /** Names this request: sent again with the same id, it changes nothing and answers as before. */
  readonly commandId: string;
  readonly correlationId: string;
  /** What led to this command: the id of an event, or of the command itself when a person did. */
  readonly causationId: string;
  readonly actor: Actor;
  /** When it happened in the world; `undefined` means now. */
  readonly occurredAt?: Instant;
  /**
   * The revision the caller decided on (`If-Match`), -1 if there was no stream: a lost race is then refused, not retried.
   */
  readonly expectedRevision?: bigint;
}

/** What a command led to. */
export interface Outcome {
  readonly stream: string;
  /** Revision of the stream after the command. */
  readonly revision: bigint;
  /** A query that waits for this position sees what the command did. */
  readonly position: Position;
  /** Empty when everything asked for was already so. Without positions: an engine tells only the last one's. */
  readonly events: readonly AppendedEvent[];
}

export type AppendedEvent = Omit<RecordedEvent, 'position'>;

/** A stream folded to its state, with what is needed to append after it. */
export interface Loaded<State, E extends AnyEvent> {
  readonly stream: string;
  readonly state: State;
  readonly revision: ExpectedRevision;
  readonly history: readonly RecordedEvent<E>[];
}

const MOST_RETRIES = 3;

/** Runs deciders against the event store: load, fold, decide, append at the revision read. */
export class Decisions {
  constructor(
    /** Of a store only this is used: whoever only looks gives one that keeps nothing. */
    private readonly store: Pick<EventStore, 'append' | 'readStream'>,
    private readonly codec: EventCodec,
    private readonly clock: Clock,
  ) {}

  now(): Instant {
    return this.clock.now();
  }

  /**
   * When what a command asks for happened.
   * @throws RefusalError `TIME.IN_FUTURE`
   */
  momentOf({ occurredAt }: Pick<CommandContext, 'occurredAt'>): Instant {
    const now = this.clock.now();
    if (occurredAt === undefined || occurredAt <= now) return occurredAt ?? now;
    throw new RefusalError(
      refusal('TIME.IN_FUTURE', 'invalid', `occurredAt ${occurredAt} is in the future: it is ${now}`, {
        field: 'occurredAt',
        value: occurredAt,
      }),
    );
  }

  async load<S, C extends Command, E extends AnyEvent>(
    aggregate: Aggregate<S, C, E>,
    id: string,
  ): Promise<Loaded<S, E>> {
    const stream = streamOf(aggregate, id);
    const history: RecordedEvent<E>[] = [];
    let state = aggregate.initial;
    for await (const stored of this.store.readStream(stream)) {
      const event = this.codec.decode(stored) as RecordedEvent<E>;
      history.push(event);
      state = aggregate.evolve(state, event);
    }
    return { stream, state, revision: history.at(-1)?.revision ?? 'no-stream', history };
  }

  /**
   * @param data what is asked for, or a function of the state that gives it
   * @throws RefusalError the decider refused, `occurredAt` is in the future, or the revision was stale
   */
  async execute<S, C extends Command, E extends AnyEvent>(
    aggregate: Aggregate<S, C, E>,
    id: string,
    request: Pick<C, 'type' | 'data'>,
    context: CommandContext,
  ): Promise<Outcome> {
    const at = this.momentOf(context);
    const command = { ...request, by: context.actor, at } as C;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.attempt(aggregate, id, command, context);
      } catch (error) {
        if (!(error instanceof ConcurrencyConflict)) throw error;
        if (context.expectedRevision !== undefined)
          throw stale(error.stream, context.expectedRevision, error.actual);
        if (attempt >= MOST_RETRIES) {
          throw new RefusalError(
            refusal(
              'STORE.CONTENDED',
              'busy',
              `${error.stream} kept changing while deciding; nothing was written, try again`,
              { stream: error.stream },
            ),
          );
        }
      }
    }
  }

  private async attempt<S, C extends Command, E extends AnyEvent>(
    aggregate: Aggregate<S, C, E>,
    id: string,
    command: C,
    context: CommandContext,
  ): Promise<Outcome> {
    const { stream, state, revision, history } = await this.load(aggregate, id);
    const already = history.filter((event) => event.metadata.commandId === context.commandId);
    const lastOfAlready = already.at(-1);
    if (lastOfAlready !== undefined) {
      return { stream, revision: lastOfAlready.revision, position: lastOfAlready.position, events: already };
    }
    if (
      context.expectedRevision !== undefined &&
      context.expectedRevision !== (revision === 'no-stream' ? -1n : revision)
    ) {
      throw stale(stream, context.expectedRevision, revision);
    }
    const decision = aggregate.decide(command, state);
    if (isRefusal(decision)) throw new RefusalError(decision);
    const last = history.at(-1);
    if (decision.length === 0) {
      return { stream, revision: last?.revision ?? -1n, position: last?.position ?? 0n, events: [] };
    }
    const metadata = {
      occurredAt: command.at,
      recordedAt: this.clock.now(),
      actor: context.actor,
      commandId: context.commandId,
      correlationId: context.correlationId,
      causationId: context.causationId,
    };
    const ids = decision.map((_, index) => eventIdOf(context.commandId, stream, index));
    const encoded = decision.map((event, index) => this.codec.encode(event, ids[index]!, metadata));
    const result = await this.store.append(stream, revision, encoded);
    const first = revision === 'no-stream' ? 0n : revision + 1n;
    const events = decision.map((event, index) => ({
      ...event,
      id: ids[index]!,
      stream,
      revision: first + BigInt(index),
      metadata: encoded[index]!.metadata as unknown as RecordedEvent['metadata'],
    }));
    return { stream, revision: events.at(-1)!.revision, position: result.position!, events };
  }
}

function stale(stream: string, expected: bigint, actual: ExpectedRevision): RefusalError {
  return new RefusalError(
    refusal(
      'STORE.STALE_REVISION',
      'stale',
      `${stream} is at revision ${actual}, not ${expected}: read it again and decide again`,
      {
        stream,
        expectedRevision: expected.toString(),
        actualRevision: actual.toString(),
      },
    ),
  );
}
