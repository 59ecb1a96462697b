import { HandlesJob, type JobHandler } from '#platform/jobs';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Type } from 'typebox';
import { Cause, contextFrom, payloadAs } from '../../policies/caused-by.js';
import { OpenFund } from './open-fund.handler.js';

export const OPEN_FUND = 'open-fund';
const Payload = Type.Object({ programmeId: Type.String(), cause: Cause });

@Injectable()
@HandlesJob(OPEN_FUND)
export class OpenFundJob implements JobHandler {
  constructor(private readonly commands: CommandBus) {}

  async run(job: { readonly payload: unknown }): Promise<void> {
    const { programmeId, cause } = payloadAs(Payload, job.payload);
    await this.commands.execute(new OpenFund({ programmeId }, contextFrom('open-fund', cause)));
  }
}
