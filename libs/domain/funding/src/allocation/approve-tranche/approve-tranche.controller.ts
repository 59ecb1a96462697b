import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { trancheNumber } from '../tranche-id.js';
import { ApproveTranche } from './approve-tranche.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/tranches/:number')
export class ApproveTrancheController {
  constructor(private readonly commands: CommandBus) {}

  @Post('approve')
  @Roles('approver')
  @ApiOperation({ summary: 'Approve a proposed tranche: the second signature, of somebody else' })
  approve(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('number') number: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, urn, number: trancheNumber(number) };
    return this.commands.execute(new ApproveTranche(input, context));
  }
}
