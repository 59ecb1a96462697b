import type { CommandContext, Outcome } from '#platform/event-store';
import { BecauseBody, CommandFrom, Roles } from '#platform/http';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { trancheNumber } from '../tranche-id.js';
import { RefuseTrancheProposal } from './refuse-tranche-proposal.handler.js';

@ApiTags('funding')
@Controller('programmes/:programmeId/allocations/:urn/tranches/:number')
export class RefuseTrancheProposalController {
  constructor(private readonly commands: CommandBus) {}

  @Post('refuse')
  @Roles('approver')
  @ApiOperation({ summary: 'Refuse a proposed tranche, with the reason: somebody who did not propose it' })
  refuse(
    @Param('programmeId') programmeId: string,
    @Param('urn') urn: string,
    @Param('number') number: string,
    @Body() { reason }: BecauseBody,
    @CommandFrom() context: CommandContext,
  ): Promise<Outcome> {
    const input = { programmeId, urn, number: trancheNumber(number), reason };
    return this.commands.execute(new RefuseTrancheProposal(input, context));
  }
}
