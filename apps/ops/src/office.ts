import { refusal, RefusalError, systemClock, type Clock } from '#kernel';
import { dataPaths, type Configuration, type DataPaths } from '#platform/config';
import type { StoreIdentity } from '#platform/event-store';
import { JobWorker, PolicyRunner } from '#platform/jobs';
import { createLogger, nestLogger } from '#platform/observability';
import { ReadModels } from '#platform/read-store';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { existsSync, statSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import {
  CoreModule,
  openStores,
  projections,
  refuseEmptied,
  settle,
  type Core,
  type SettlingStep,
  type Stores,
} from '../../composition/src/index.js';
import { ProjectorModule } from '../../projector/src/projector.module.js';
import { WorkerModule } from '../../worker/src/worker.module.js';

/** The whole program on one data folder, in this process, without HTTP. */
export interface Office {
  readonly app: INestApplicationContext;
  readonly stores: Stores;
  readonly clock: Clock;
  /** @param told is told what is being waited for, as it goes on */
  settle(told?: (step: SettlingStep) => void): Promise<void>;
  close(): Promise<void>;
  /** Closes it, and takes away a store that was made for this and in which nothing has happened. */
  closeUnused(): Promise<void>;
}

export interface OpenOffice {
  /** Make the stores if they are not there; otherwise that is refused. */
  readonly create: boolean;
  /** Of a store that is made now. */
  readonly kind?: 'live' | 'demo';
  /** Makes a simulated clock, which only a store marked as a demo accepts. */
  readonly clock?: (store: StoreIdentity) => Clock;
}

@Module({})
class OfficeModule {
  static with(core: Core): DynamicModule {
    return { module: OfficeModule, imports: [CoreModule.with(core), ProjectorModule, WorkerModule] };
  }
}

/**
 * @throws RefusalError `STORE.MISSING` if there is no store and none may be made; `DEMO.NOT_A_DEMO_STORE` for a
 *   simulated clock on a live store; whatever opening a store throws
 */
export async function openOffice(configuration: Configuration, options: OpenOffice): Promise<Office> {
  const paths = dataPaths(configuration.dataFolder);
  const isElsewhere = configuration.engines.events !== undefined;
  if (!isElsewhere) refuseEmptied(paths);
  const isNew = !isElsewhere && (statSync(paths.events, { throwIfNoEntry: false })?.size ?? 0) === 0;
  if (!options.create && isNew) {
    throw new RefusalError(
      refusal(
        'STORE.MISSING',
        'not-found',
        `there is no programme data in ${configuration.dataFolder}: name its folder with --data, or begin with \`import settings\` or \`npm run demo\``,
        { folder: configuration.dataFolder },
      ),
    );
  }
  const stores = await openStores(configuration, options.kind === undefined ? {} : { kind: options.kind });
  try {
    const clock = clockOf(stores.events.identity, options.clock);
    const logger = nestLogger(createLogger('ops', configuration.logLevel));
    const module = OfficeModule.with({ configuration, stores, clock });
    const app = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
    const close = async (): Promise<void> => {
      await app.close();
      await stores.close();
    };
    return {
      app,
      stores,
      clock,
      settle: (told) =>
        settle(
          {
            events: stores.events,
            policies: app.get(PolicyRunner),
            jobs: app.get(JobWorker),
            readModels: app.get(ReadModels),
            projections,
          },
          told,
        ),
      close,
      closeUnused: async () => {
        const isUnused = isNew && (await stores.events.head()) === undefined;
        await close();
        if (isUnused) await discard(paths);
      },
    };
  } catch (error) {
    await stores.close();
    throw error;
  }
}

function clockOf(store: StoreIdentity, simulated: OpenOffice['clock']): Clock {
  if (simulated === undefined) return systemClock;
  if (store.kind === 'demo') return simulated(store);
  throw new RefusalError(
    refusal(
      'DEMO.NOT_A_DEMO_STORE',
      'not-allowed',
      `the event store ${store.id} is ${store.kind}: only a store made by the demo accepts a simulated clock`,
      { storeId: store.id, kind: store.kind },
    ),
  );
}

/** Unless another process has it open, which is to be seen by its write-ahead log. */
async function discard({ folder, events, readModels, jobs, records }: DataPaths): Promise<void> {
  const files = [readModels, jobs, records, events];
  if (files.some((file) => existsSync(`${file}-wal`))) return;
  for (const file of files) await rm(file, { force: true });
  // Of use only if nothing else is in it.
  await rmdir(folder).catch(() => undefined);
}
