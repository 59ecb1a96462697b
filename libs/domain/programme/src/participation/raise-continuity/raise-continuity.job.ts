import { RefusalError, refuseShape, systemActor } from '#kernel';
import { HandlesJob, type JobHandler } from '#platform/jobs';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { RaiseContinuity } from './raise-continuity.handler.js';
import { RAISE_CONTINUITY, RaiseContinuityPayload } from './raise-continuity.payload.js';

@Injectable()
@HandlesJob(RAISE_CONTINUITY)
export class RaiseContinuityJob implements JobHandler {
  constructor(private readonly commands: CommandBus) {}

  async run({ payload }: { readonly payload: unknown }): Promise<void> {
    const malformed = refuseShape('JOB.MALFORMED', RaiseContinuityPayload, payload);
    if (malformed !== undefined) throw new RefusalError(malformed);
    const { cause, urn, programmeId } = payload as RaiseContinuityPayload;
    const actor = systemActor('raise-continuity');
    const context = { actor, correlationId: cause.correlationId, causationId: cause.eventId };
    await this.commands.execute(new RaiseContinuity({ urn, programmeId }, context));
  }
}
