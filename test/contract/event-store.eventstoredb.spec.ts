import { openEventStoreDb } from '#platform/event-store';
import { afterAll } from '@jest/globals';
import { EventStoreDouble } from '../engines/eventstoredb/eventstoredb-double.js';
import { eventStoreContract } from './event-store.contract.js';

const real = process.env['EVENTSTORE_URL'];
const double = real === undefined ? await EventStoreDouble.start() : undefined;
afterAll(() => double?.remove());

eventStoreContract(
  double === undefined ? 'EventStoreDB' : 'EventStoreDB adapter on the protocol double',
  () => openEventStoreDb({ url: real ?? double!.url }),
);
