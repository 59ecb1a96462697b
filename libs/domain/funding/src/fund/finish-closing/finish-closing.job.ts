import { CloseProgramme } from '#domain/programme';
import { derivedId } from '#kernel';
import { HandlesJob, type JobHandler } from '#platform/jobs';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Type } from 'typebox';
import { Cause, contextFrom, payloadAs } from '../../policies/caused-by.js';

export const FINISH_CLOSING = 'finish-closing';
const Payload = Type.Object({ programmeId: Type.String(), reason: Type.String(), cause: Cause });

/** Closes the programme whose fund was closed; one that is closed stays as it is. */
@Injectable()
@HandlesJob(FINISH_CLOSING)
export class FinishClosingJob implements JobHandler {
  constructor(private readonly commands: CommandBus) {}

  async run(job: { readonly payload: unknown }): Promise<void> {
    const { programmeId, reason, cause } = payloadAs(Payload, job.payload);
    const context = {
      ...contextFrom('finish-closing', cause),
      commandId: derivedId('finish-closing', programmeId),
    };
    await this.commands.execute(new CloseProgramme({ programmeId, reason }, context));
  }
}
