import 'reflect-metadata';
import { instantFromMillis, systemClock } from '#kernel';
import { readConfiguration } from '#platform/config';
import { createLogger, nestLogger } from '#platform/observability';
import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { parentPort } from 'node:worker_threads';
import { CoreModule, openStores, type Core, type PartState } from '../../composition/src/index.js';
import { Projector, ProjectorModule } from '../../projector/src/projector.module.js';
import { Worker, WorkerModule } from '../../worker/src/worker.module.js';
import type { FromMachineRoom, RebuildState, ToMachineRoom } from './machine-room.messages.js';

const TELL_EVERY = 100;
const PROGRESS_EVERY = 200;

@Module({})
class MachineRoomModule {
  static with(core: Core): DynamicModule {
    return { module: MachineRoomModule, imports: [CoreModule.with(core), ProjectorModule, WorkerModule] };
  }
}

const port = parentPort;
if (port === null) throw new Error('the machine room is a thread of the API, not a program');
const tell = (message: FromMachineRoom): void => port.postMessage(message);

// As any other process would: its own configuration, stores and application, and nothing shared but the files.
const configuration = readConfiguration();
const logger = createLogger('machine-room', configuration.logLevel);
const stores = await openStores(configuration, { warn: (message) => logger.warn(message) });
const app = await NestFactory.createApplicationContext(
  MachineRoomModule.with({ configuration, stores, clock: systemClock }),
  { logger: nestLogger(logger), abortOnError: false },
);
const projector = app.get(Projector);
const worker = app.get(Worker);
const stop = new AbortController();

const isInside = configuration.machineRoom === 'inside';
const parts = (): Record<string, PartState> => ({
  ...projector.parts(),
  ...(isInside ? worker.parts() : {}),
});

let last = '';
function tellParts(): void {
  const now = parts();
  const text = JSON.stringify(now);
  if (text === last) return;
  last = text;
  tell({ type: 'parts', parts: now });
}

/** One at a time: a rebuild reads the whole log, and several at once would only slow each other down. */
let rebuilding: Promise<void> = Promise.resolve();

async function rebuild(asked: RebuildState): Promise<void> {
  let state: RebuildState = { ...asked, status: 'running' };
  let told = 0;
  tell({ type: 'rebuild', rebuild: state });
  try {
    const collections = asked.collection === null ? projector.collections : [asked.collection];
    for (const collection of collections) {
      const before = state.eventsApplied;
      const onProgress = ({ events }: { readonly events: number }): void => {
        state = { ...state, eventsApplied: before + events };
        if (performance.now() - told < PROGRESS_EVERY) return;
        told = performance.now();
        tell({ type: 'rebuild', rebuild: state });
      };
      await projector.rebuild(collection, { onProgress, signal: stop.signal });
    }
    state = { ...state, status: 'done' };
  } catch (error) {
    logger.error(
      { err: error, collection: asked.collection },
      'a rebuild failed; the live collection was not touched',
    );
    state = { ...state, status: 'failed', failure: error instanceof Error ? error.message : String(error) };
  }
  tell({ type: 'rebuild', rebuild: { ...state, endedAt: instantFromMillis(Date.now()) } });
}

port.on('message', (message: ToMachineRoom) => {
  if (message.type === 'stop') stop.abort();
  else rebuilding = rebuilding.then(() => (stop.signal.aborted ? undefined : rebuild(message.rebuild)));
});

const telling = setInterval(tellParts, TELL_EVERY);
try {
  // Apart, the projector and the worker do this as processes of their own; here it is watched, and rebuilt when asked.
  if (isInside) await Promise.all([projector.run(stop.signal), worker.run(stop.signal)]);
  else await projector.watch(stop.signal);
} finally {
  clearInterval(telling);
  await rebuilding;
  await app.close();
  await stores.close();
}
tell({ type: 'stopped' });
port.close();
