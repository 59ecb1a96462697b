import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { trancheNumber } from '../tranche-id.js';
import { ReverseRelease } from './reverse-release.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/tranches/:number')
export class ReverseReleaseController {
  constructor(private readonly commands: CommandBus) {}

  @Post('reverse-release')
  @Roles('approver', 'payer')
  @ApiOperation({
    summary:
      'Reverse the release of a tranche that the bank was not told to pay, or would not, with the reason',
  })
  reverse(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('number') number: string,
    @Body() { reason }: BecauseBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, urn, number: trancheNumber(number), reason };
    return this.commands.execute(new ReverseRelease(input, context));
  }
}
