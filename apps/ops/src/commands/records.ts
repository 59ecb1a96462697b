import { EVENT_STORE, type EventStore } from '#platform/event-store';
import { RECORDS, type Records } from '#platform/records';
import type { Command } from 'commander';
import { withGlobals, type Register } from '../session.js';

/** `records adopt`: what no event gives back, given to the event store that the events were moved to. */
export const registerRecords: Register = (program, session) => {
  const records = program.command('records').description('what is kept that no event gives back');

  withGlobals(records.command('adopt'))
    .description(
      'say that the records of another event store are about this one: after its events were moved here',
    )
    .action(async (_options: unknown, command: Command) => {
      const ops = await session(command);
      const { id } = ops.app.get<EventStore>(EVENT_STORE).identity;
      await ops.app.get<Records>(RECORDS).adopt(id);
      ops.print({ eventStore: id }, () => `The records belong to the event store ${id} now.`);
    });
};
