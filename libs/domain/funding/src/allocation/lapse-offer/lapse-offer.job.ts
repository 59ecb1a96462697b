import { HandlesJob, type JobHandler } from '#platform/jobs';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Type } from 'typebox';
import { Cause, contextFrom, payloadAs } from '../../policies/caused-by.js';
import { LapseOffer } from './lapse-offer.handler.js';

export const LAPSE_OFFER = 'lapse-offer';
const Payload = Type.Object({ programmeId: Type.String(), urn: Type.String(), cause: Cause });

@Injectable()
@HandlesJob(LAPSE_OFFER)
export class LapseOfferJob implements JobHandler {
  constructor(private readonly commands: CommandBus) {}

  async run(job: { readonly payload: unknown }): Promise<void> {
    const { cause, ...input } = payloadAs(Payload, job.payload);
    await this.commands.execute(new LapseOffer(input, contextFrom('lapse-offers', cause)));
  }
}
