import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsInt, Min } from 'class-validator';
import { trancheNumber } from '../tranche-id.js';
import { ProposeReclaim } from './propose-reclaim.handler.js';

export class ProposeReclaimBody extends BecauseBody {
  @ApiProperty({ description: 'Whole pence', minimum: 1, example: 150000 })
  @IsInt()
  @Min(1)
  amountPence!: number;
}

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/tranches/:number')
export class ProposeReclaimController {
  constructor(private readonly commands: CommandBus) {}

  @Post('reclaims')
  @Roles('operations')
  @ApiOperation({
    summary: 'Propose to claim money of a paid tranche back, with the reason; another person approves it',
  })
  propose(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('number') number: string,
    @Body() { amountPence, reason }: ProposeReclaimBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(
      new ProposeReclaim({ programmeId, urn, number: trancheNumber(number), amountPence, reason }, context),
    );
  }
}
