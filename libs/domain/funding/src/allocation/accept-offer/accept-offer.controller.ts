import type { CommandContext, Outcome } from '#platform/event-store';
import { CommandBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AcceptOffer } from './accept-offer.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn')
export class AcceptOfferController {
  constructor(private readonly commands: CommandBus) {}

  @Post('accept')
  @Roles('setting', 'operations')
  @ApiOperation({ summary: 'Accept an offer, once the grant agreement in force is signed' })
  accept(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Body() _body: CommandBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    return this.commands.execute(new AcceptOffer({ programmeId, urn }, context));
  }
}
