import { CoreModule, projections, type Core } from '../../composition/src/index.js';
import { IdentityGuard, TokenVerifier } from '#platform/identity';
import { EventLoopDelay } from '#platform/observability';
import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
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
      ],
    };
  }
}
