import { HandlesJob, type JobHandler } from '#platform/jobs';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Type } from 'typebox';
import { Cause, contextFrom, payloadAs } from '../../policies/caused-by.js';
import { SettleReservation } from './settle-reservation.handler.js';

export const SETTLE_RESERVATION = 'settle-reservation';
const Payload = Type.Object({
  programmeId: Type.String(),
  reservationId: Type.String(),
  cause: Cause,
});

@Injectable()
@HandlesJob(SETTLE_RESERVATION)
export class SettleReservationJob implements JobHandler {
  constructor(private readonly commands: CommandBus) {}

  async run(job: { readonly payload: unknown }): Promise<void> {
    const { cause, ...input } = payloadAs(Payload, job.payload);
    await this.commands.execute(new SettleReservation(input, contextFrom('settle-reservations', cause)));
  }
}
