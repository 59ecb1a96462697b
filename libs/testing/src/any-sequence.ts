import { instantFromMillis, isRefusal, type AnyEvent, type Command, type Decider } from '#kernel';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { History, type Circumstances } from './recorded.js';

const HOUR = 3_600_000;
const FIRST = Date.parse('2024-01-02T09:00:00Z');

/** A command with who asks for it. */
export type AskedBy<C extends Command> = Pick<C, 'type' | 'data'> & {
  readonly by: NonNullable<Circumstances['by']>;
  /** Commands come an hour apart; how long before its turn this one is said to have happened. */
  readonly hoursAgo: number;
};

export interface AnySequence<S, C extends Command> {
  /**
   * What is asked for, drawn blindly, for refusals are answers: single commands, and stretches of several, without which
   * chance seldom goes a long way.
   */
  readonly requests: fc.Arbitrary<readonly AskedBy<C>[]>;
  /** Must hold of every state that is reached; throws otherwise. */
  readonly holds?: (state: S) => void;
  readonly numRuns?: number;
}

/**
 * Any sequence of commands on one decider: whatever was decided, deciding the same command again on the state that it led to
 * gives nothing.
 * @returns how often each command led to events, so that a test can see that it said something
 */
export function underAnySequence<S, C extends Command, E extends AnyEvent>(
  decider: Decider<S, C, E>,
  { requests, holds = () => undefined, numRuns = 400 }: AnySequence<S, C>,
): ReadonlyMap<string, number> {
  const decided = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(requests, { minLength: 1, maxLength: 40, size: 'max' }), (stretches) => {
      const history = new History();
      let state = decider.initial;
      for (const [turn, { by, hoursAgo, ...request }] of stretches.flat().entries()) {
        const at = instantFromMillis(FIRST + (turn - hoursAgo) * HOUR);
        const command = { ...request, by, at } as unknown as C;
        const events = decider.decide(command, state);
        if (isRefusal(events) || events.length === 0) continue;
        for (const event of events) state = decider.evolve(state, history.record(event, { by, at }));
        decided.set(request.type, (decided.get(request.type) ?? 0) + 1);
        assert.deepEqual(decider.decide(command, state), [], `${request.type} was decided twice`);
        holds(state);
      }
    }),
    { numRuns },
  );
  return decided;
}
