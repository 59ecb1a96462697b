import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { trancheNumber } from '../tranche-id.js';
import { ReleaseTranche } from './release-tranche.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/tranches/:number')
export class ReleaseTrancheController {
  constructor(private readonly commands: CommandBus) {}

  @Post('release')
  @Roles('payer')
  @ApiOperation({ summary: 'Release an approved tranche: the third signature, of a third person' })
  release(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('number') number: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, urn, number: trancheNumber(number) };
    return this.commands.execute(new ReleaseTranche(input, context));
  }
}
