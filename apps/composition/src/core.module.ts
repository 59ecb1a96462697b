import {
  AllocationsOpen,
  LedgerBudgets,
  StreamAllocations,
  StreamOutstanding,
  StreamReleasedTranches,
  TranchePaymentTurns,
} from '#domain/funding';
import { PAYMENT_TURNS, RELEASED_TRANCHES, StreamPaidToSettings } from '#domain/payments';
import { ALLOCATIONS } from '#domain/plans';
import { ACCEPTED_REPORTS, BUDGETS, MONEY_OPEN, OUTSTANDING, PAID_TO_SETTINGS } from '#domain/programme';
import { StreamAcceptedReports } from '#domain/reporting';
import type { Clock } from '#kernel';
import { Attachments } from '#platform/attachments';
import { CONFIGURATION, DATA_PATHS, dataPaths, type Configuration } from '#platform/config';
import { CLOCK, Decisions, EVENT_STORE, EventCodec } from '#platform/event-store';
import { JOB_STORE, POLICIES } from '#platform/jobs';
import { Outbox } from '#platform/outbox';
import { READ_STORE, ReadModels } from '#platform/read-store';
import { RECORDS } from '#platform/records';
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { contexts, eventDefinitions, policies, projections } from './contexts.js';
import type { Stores } from './stores.js';

export interface Core {
  readonly configuration: Configuration;
  readonly stores: Stores;
  readonly clock: Clock;
  /** Events that a query which waits may bring in at one go on this thread; fewer where HTTP is answered. */
  readonly eventsAtOnce?: number;
}

/** Every domain context with what it needs, the same in each process and thread; only the stores are its own. */
@Global()
@Module({})
export class CoreModule {
  static with(core: Core): DynamicModule {
    const { configuration, stores, clock } = core;
    const paths = dataPaths(configuration.dataFolder);
    const codec = new EventCodec(eventDefinitions);
    const decisions = new Decisions(stores.events, codec, clock);
    const models = new ReadModels(
      stores.readModels,
      stores.events,
      codec,
      projections,
      core.eventsAtOnce === undefined ? {} : { pageSize: core.eventsAtOnce },
    );
    const providers: Provider[] = [
      { provide: CONFIGURATION, useValue: configuration },
      { provide: DATA_PATHS, useValue: paths },
      { provide: CLOCK, useValue: clock },
      { provide: EVENT_STORE, useValue: stores.events },
      { provide: READ_STORE, useValue: stores.readModels },
      { provide: JOB_STORE, useValue: stores.jobs },
      { provide: RECORDS, useValue: stores.records },
      { provide: POLICIES, useValue: policies },
      { provide: EventCodec, useValue: codec },
      { provide: Decisions, useValue: decisions },
      { provide: ALLOCATIONS, useValue: new StreamAllocations(decisions) },
      { provide: ACCEPTED_REPORTS, useValue: new StreamAcceptedReports(decisions) },
      { provide: RELEASED_TRANCHES, useValue: new StreamReleasedTranches(decisions) },
      { provide: PAID_TO_SETTINGS, useValue: new StreamPaidToSettings(decisions) },
      { provide: OUTSTANDING, useValue: new StreamOutstanding(decisions, stores.events, codec, models) },
      { provide: MONEY_OPEN, useValue: new AllocationsOpen(models, decisions) },
      { provide: PAYMENT_TURNS, useValue: new TranchePaymentTurns(models, decisions) },
      { provide: Outbox, useValue: new Outbox(paths.outbox) },
      { provide: Attachments, useValue: new Attachments(paths.attachments, stores.records, clock) },
      { provide: ReadModels, useValue: models },
      { provide: BUDGETS, useValue: new LedgerBudgets(models, stores.events, codec) },
    ];
    return {
      module: CoreModule,
      imports: [CqrsModule.forRoot(), ...contexts.map((context) => context.module)],
      providers,
      exports: providers.map((provider) => (provider as { provide: symbol }).provide),
    };
  }
}
