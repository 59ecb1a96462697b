import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { trancheNumber } from '../tranche-id.js';
import { ResumeTranche } from './resume-tranche.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/tranches/:number')
export class ResumeTrancheController {
  constructor(private readonly commands: CommandBus) {}

  @Post('resume')
  @Roles('operations', 'approver', 'payer')
  @ApiOperation({ summary: 'Resume a tranche that was held, with the reason' })
  resume(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('number') number: string,
    @Body() { reason }: BecauseBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, urn, number: trancheNumber(number), reason };
    return this.commands.execute(new ResumeTranche(input, context));
  }
}
