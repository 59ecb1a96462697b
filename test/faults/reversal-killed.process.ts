// A process of its own on a demonstration's store, killed by itself right before the second step of a reversal is written.
// Arguments: the data folder, the moment it is there, the type of the event that it does not live to write, and the command.
import { ReverseRelease } from '#domain/funding';
import { ReversePayment } from '#domain/payments';
import { parseInstant, randomId } from '#kernel';
import { readConfiguration } from '#platform/config';
import { person } from '#testing';
import { CommandBus } from '@nestjs/cqrs';
import { SimulatedClock } from '../../apps/ops/src/demo/simulated-clock.js';
import { openOffice } from '../../apps/ops/src/office.js';

const [folder, moment, fatal, what, input] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const office = await openOffice(readConfiguration({ DATA_DIR: folder, LOG_LEVEL: 'error' }), {
  create: false,
  clock: (store) => new SimulatedClock(store, parseInstant(moment)),
});
const { events } = office.stores;
const append = events.append.bind(events);
events.append = async (...given) => {
  if (given[2].some(({ type }) => type === fatal)) {
    process.kill(process.pid, 'SIGKILL');
    // Nothing after this line is run by anybody.
    await new Promise(() => undefined);
  }
  return append(...given);
};
const commandId = randomId();
const context = {
  commandId,
  correlationId: commandId,
  causationId: commandId,
  actor: person('una', 'approver'),
};
const Asked = { ReverseRelease, ReversePayment }[what]!;
await office.app.get(CommandBus).execute(new Asked(JSON.parse(input) as never, context));
await office.close();
