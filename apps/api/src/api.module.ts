import { CoreModule, projections, type Core } from '../../composition/src/index.js';
import type { Clock } from '#kernel';
import { CLOCK } from '#platform/event-store';
import { IdempotencyInterceptor, IdempotencyKeys } from '#platform/http';
import { IdentityGuard, TokenVerifier } from '#platform/identity';
import { EventLoopDelay } from '#platform/observability';
import { RECORDS, type Records } from '#platform/records';
import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { EventsController } from './events.controller.js';
import { HealthController } from './health.controller.js';
import { JobsController } from './jobs.controller.js';
import { MachineRoom } from './machine-room.js';
import { RebuildsController } from './rebuilds.controller.js';
import { COLLECTION_NAMES } from './tokens.js';

export interface ApiParts extends Core {
  readonly verifier: TokenVerifier;
  readonly machineRoom: MachineRoom;
  readonly delay: EventLoopDelay;
}

@Module({})
export class ApiModule {
  static with(parts: ApiParts): DynamicModule {
    return {
      module: ApiModule,
      imports: [CoreModule.with(parts)],
      controllers: [HealthController, EventsController, RebuildsController, JobsController],
      providers: [
        { provide: TokenVerifier, useValue: parts.verifier },
        { provide: MachineRoom, useValue: parts.machineRoom },
        { provide: EventLoopDelay, useValue: parts.delay },
        { provide: COLLECTION_NAMES, useValue: projections.map(({ collection }) => collection.name) },
        { provide: APP_GUARD, useClass: IdentityGuard },
        {
          provide: IdempotencyKeys,
          inject: [RECORDS, CLOCK],
          useFactory: (records: Records, clock: Clock) => {
            const logger = new Logger(IdempotencyKeys.name);
            return new IdempotencyKeys(records, clock, (message) => logger.warn(message));
          },
        },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
      ],
    };
  }
}
