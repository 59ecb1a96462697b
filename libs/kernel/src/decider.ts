import type { Actor } from './actor.js';
import type { AnyEvent, EventDefinition, RecordedEvent } from './event.js';
import type { Instant } from './instant.js';
import { refusal, type Refusal } from './refusal.js';

/** What somebody wants done. Everything a decision needs arrives with it: a decider asks nobody. */
export type Command<T extends string = string, D = unknown> = Readonly<{
  type: T;
  data: D;
  /** Who asks. */
  by: Actor;
  /** When it happened in the world, which becomes the events' `occurredAt`. */
  at: Instant;
}>;

/** The events that follow, none if everything asked for is already so; or a refusal. */
export type Decision<E extends AnyEvent> = readonly E[] | Refusal;

/**
 * The three pure functions an aggregate is made of (the decider pattern). `decide` reads no clock, no random
 * number and no network; deciding the same command again on the state it led to gives no new events.
 * `evolve` is total: it never throws on history.
 */
export interface Decider<State, C extends Command, E extends AnyEvent> {
  readonly initial: State;
  decide(command: C, state: State): Decision<E>;
  evolve(state: State, event: RecordedEvent<E>): State;
}

/** A decider with its place in the store: instance `id` lives in stream `<category>-<id>`. */
export interface Aggregate<State, C extends Command, E extends AnyEvent> extends Decider<State, C, E> {
  readonly category: string;
  readonly events: readonly EventDefinition[];
}

export function streamOf(aggregate: { readonly category: string }, id: string): string {
  return `${aggregate.category}-${id}`;
}

export function fold<State, C extends Command, E extends AnyEvent>(
  decider: Decider<State, C, E>,
  history: Iterable<RecordedEvent<E>>,
): State {
  let state = decider.initial;
  for (const event of history) state = decider.evolve(state, event);
  return state;
}

/**
 * A command may be told late, but it cannot have happened before what it rests on.
 * @param facts what the command rests on, by the words a person would use, with when each happened
 */
export function refuseBefore(
  at: Instant,
  facts: Readonly<Record<string, Instant | undefined>>,
): Refusal | undefined {
  for (const [fact, occurredAt] of Object.entries(facts)) {
    if (occurredAt !== undefined && at < occurredAt) {
      return refusal(
        'TIME.BEFORE_ITS_FACTS',
        'invalid',
        `occurredAt ${at} is before ${fact}, which happened at ${occurredAt}`,
        { field: 'occurredAt', value: at, fact, factOccurredAt: occurredAt },
      );
    }
  }
  return undefined;
}
