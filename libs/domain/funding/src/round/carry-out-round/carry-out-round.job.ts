import { HandlesJob, type JobHandler } from '#platform/jobs';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Type } from 'typebox';
import { Cause, contextFrom, payloadAs } from '../../policies/caused-by.js';
import { CarryOutRound } from './carry-out-round.handler.js';

export const CARRY_OUT_ROUND = 'carry-out-round';
const Payload = Type.Object({
  programmeId: Type.String(),
  urn: Type.Optional(Type.String()),
  cause: Cause,
});

@Injectable()
@HandlesJob(CARRY_OUT_ROUND)
export class CarryOutRoundJob implements JobHandler {
  constructor(private readonly commands: CommandBus) {}

  async run(job: { readonly payload: unknown }): Promise<void> {
    const { cause, ...input } = payloadAs(Payload, job.payload);
    await this.commands.execute(new CarryOutRound(input, contextFrom('carry-out-rounds', cause)));
  }
}
