import { HandlesJob, type JobHandler } from '#platform/jobs';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Type } from 'typebox';
import { Cause, contextFrom, payloadAs } from '../../policies/caused-by.js';
import { RecordCondition } from './record-condition.handler.js';

export const RECORD_CONDITION = 'record-condition';
const Payload = Type.Object({
  programmeId: Type.String(),
  urn: Type.String(),
  condition: Type.String(),
  cause: Cause,
});

@Injectable()
@HandlesJob(RECORD_CONDITION)
export class RecordConditionJob implements JobHandler {
  constructor(private readonly commands: CommandBus) {}

  async run(job: { readonly payload: unknown }): Promise<void> {
    const { cause, ...input } = payloadAs(Payload, job.payload);
    await this.commands.execute(new RecordCondition(input, contextFrom('record-conditions', cause)));
  }
}
