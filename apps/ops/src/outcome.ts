import type { Outcome } from '#platform/event-store';
import { outcomeAnswer } from '#platform/http';
import type { OpsSession } from './session.js';

/**
 * Runs one command, settles what follows from it, and says what came of it.
 * @param also what more is to be said of it, line by line
 */
export async function carryOut<O extends Outcome = Outcome>(
  ops: OpsSession,
  command: object,
  also: (outcome: O) => readonly string[] = () => [],
): Promise<void> {
  const outcome = await ops.commands.execute<object, O>(command);
  await ops.settle();
  ops.print(outcomeAnswer(outcome), () => {
    const types = outcome.events.map(({ type }) => type).join(', ');
    const said =
      types === ''
        ? `Already so: nothing was written to ${outcome.stream}.`
        : `${types} in ${outcome.stream}, now at revision ${outcome.revision}.`;
    return [said, ...also(outcome)].join('\n');
  });
}
