import { participationsProjection } from '#domain/programme';
import { HandlesJob, type JobHandler } from '#platform/jobs';
import { allOf, ReadModels } from '#platform/read-store';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Type } from 'typebox';
import { Cause, contextFrom, payloadAs } from '../../policies/caused-by.js';
import { rounds } from '../../read-models/rounds/rounds.projection.js';
import { CarryOutRound } from './carry-out-round.handler.js';

export const CARRY_OUT_ROUND = 'carry-out-round';
const Payload = Type.Object({
  /** `null`: every programme that the setting takes part in; without a setting, every one that has offers of a round to make. */
  programmeId: Type.Union([Type.String(), Type.Null()]),
  urn: Type.Optional(Type.String()),
  cause: Cause,
});

@Injectable()
@HandlesJob(CARRY_OUT_ROUND)
export class CarryOutRoundJob implements JobHandler {
  constructor(
    private readonly commands: CommandBus,
    private readonly models: ReadModels,
  ) {}

  async run(job: { readonly payload: unknown }): Promise<void> {
    const { cause, programmeId, ...of } = payloadAs(Payload, job.payload);
    const programmes = programmeId === null ? await this.programmesOf(of.urn) : [programmeId];
    for (const one of programmes) {
      const input = { programmeId: one, ...of };
      await this.commands.execute(new CarryOutRound(input, contextFrom('carry-out-rounds', cause)));
    }
  }

  /** The read model only says where to look: an offer is decided by the streams. */
  private async programmesOf(urn: string | undefined): Promise<readonly string[]> {
    if (urn === undefined) {
      await this.models.upToHead(rounds);
      const all = await allOf(this.models.collection(rounds), {});
      return [...new Set(all.flatMap((one) => (one.status === 'offering' ? [one.programmeId] : [])))];
    }
    await this.models.upToHead(participationsProjection);
    const parts = await allOf(this.models.collection(participationsProjection), { where: { urn } });
    return parts.map(({ programmeId }) => programmeId);
  }
}
