import type { Outcome } from '#platform/event-store';
import { outcomeAnswer } from '#platform/http';
import type { OpsSession } from './session.js';

/** Runs one command, settles what follows from it, and says what came of it. */
export async function carryOut(ops: OpsSession, command: object): Promise<void> {
  const outcome = await ops.commands.execute<object, Outcome>(command);
  await ops.settle();
  ops.print(outcomeAnswer(outcome), () => {
    if (outcome.events.length === 0) return `Already so: nothing was written to ${outcome.stream}.`;
    const types = outcome.events.map(({ type }) => type).join(', ');
    return `${types} in ${outcome.stream}, now at revision ${outcome.revision}.`;
  });
}
