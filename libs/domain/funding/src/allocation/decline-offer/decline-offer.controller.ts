import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DeclineOffer } from './decline-offer.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn')
export class DeclineOfferController {
  constructor(private readonly commands: CommandBus) {}

  @Post('decline')
  @Roles('setting', 'operations')
  @ApiOperation({ summary: 'Decline an offer, with the reason; the setting may be offered another' })
  decline(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() { reason }: BecauseBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new DeclineOffer({ programmeId, urn, reason }, context));
  }
}
