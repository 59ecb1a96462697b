import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { OfferAllocation } from './offer-allocation.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn')
export class OfferAllocationController {
  constructor(private readonly commands: CommandBus) {}

  @Post('offer')
  @Roles('operations')
  @ApiOperation({
    summary:
      'Offer a setting its share of the fund; the amount follows from the policy and the census, or is what the setting whose part it took over had not drawn',
  })
  offer(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new OfferAllocation({ programmeId, urn }, context));
  }
}
