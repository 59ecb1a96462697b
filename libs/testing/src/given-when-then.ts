import { isRefusal, type AnyEvent, type Command, type Decider, type Refusal } from '#kernel';
import assert from 'node:assert/strict';
import { History, instant, person, type Circumstances } from './recorded.js';

/** An event, or an event with who did it and when. */
export type Given<E extends AnyEvent> = E | readonly [E, Circumstances];

interface Then<E extends AnyEvent> {
  /** Exactly these events; and deciding the same command again on the state they lead to gives none. */
  then(...expected: readonly E[]): void;
  thenNothing(): void;
  /** Refused with this code; returns the refusal so that its message and details can be looked at. */
  thenRefused(code: string): Refusal;
}

/**
 * The specification of one decision: `given(decider, …history).when(command, { by, at }).then(…events)`.
 * Without circumstances, history happens at 09:00 UTC on 2024-01-01, the command a day later.
 */
export function given<S, C extends Command, E extends AnyEvent>(
  decider: Decider<S, C, E>,
  ...past: readonly Given<E>[]
) {
  const history = new History();
  const fold = (state: S, item: Given<E>): S => {
    const [event, circumstances] = Array.isArray(item)
      ? (item as readonly [E, Circumstances])
      : [item as E, {}];
    return decider.evolve(state, history.record(event, circumstances));
  };
  const state = past.reduce(fold, decider.initial);
  return {
    /** What the history comes to, for what `then` cannot say. */
    state,
    when(request: Pick<C, 'type' | 'data'>, { by, at }: Pick<Circumstances, 'by' | 'at'> = {}): Then<E> {
      const command = { ...request, by: by ?? person('somebody'), at: instant(at ?? '2024-01-02') } as C;
      const decision = decider.decide(command, state);
      return {
        then(...expected) {
          assert.deepEqual(decision, expected);
          const after = expected
            .map((event): Given<E> => [event, { by: command.by, at: command.at }])
            .reduce(fold, state);
          assert.deepEqual(
            decider.decide(command, after),
            [],
            'deciding the same command twice must give no new events',
          );
        },
        thenNothing() {
          assert.deepEqual(decision, []);
        },
        thenRefused(code) {
          assert.ok(isRefusal(decision), `expected refusal ${code}, got ${JSON.stringify(decision)}`);
          assert.equal(decision.code, code);
          assert.notEqual(decision.message, '');
          return decision;
        },
      };
    },
  };
}
