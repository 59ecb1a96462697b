import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { trancheNumber } from '../tranche-id.js';
import { HoldTranche } from './hold-tranche.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/tranches/:number')
export class HoldTrancheController {
  constructor(private readonly commands: CommandBus) {}

  @Post('hold')
  @Roles('operations', 'approver', 'payer')
  @ApiOperation({ summary: 'Hold a tranche, with the reason: nobody signs it until it is resumed' })
  hold(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('number') number: string,
    @Body() { reason }: BecauseBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, urn, number: trancheNumber(number), reason };
    return this.commands.execute(new HoldTranche(input, context));
  }
}
